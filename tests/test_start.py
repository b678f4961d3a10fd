"""A process that serves is ready soon: it does not load what no first page needs."""

from __future__ import annotations

import json
import subprocess
import sys

SLOW = ("alembic", "networkx", "scipy.linalg", "scipy.optimize", "scipy.sparse", "sklearn", "weasyprint")
"""Libraries that take longer to load than most of ours; commands, files and what is learned bring them."""

SERVING = """
import json, sys
from app import create_app
from config import Settings
create_app(Settings(production=False, secret_key="test", database_url="sqlite://"))
print(json.dumps(sorted(sys.modules)))
"""


def test_the_site_is_made_without_the_slow_libraries():
    run = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, check=True)
    loaded = json.loads(run.stdout)

    assert "web.suggestions.views" in loaded
    assert [name for name in SLOW if name in loaded] == []


def test_the_ranking_layer_comes_when_it_is_asked_for():
    asked = "import sys, matching; matching.RankingLayer; print('matching.learning.ranking_layer' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert run.stdout == "True\n"
