"""The process that builds the index of firms anew: `python -m services.index_builder`, told by its standard input."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from matching.live.folder import IndexBusy
from models import make_engine, make_sessions
from services.suggestion_index import write_firms


def main() -> None:
    """Read where the database and the folder are, and build."""
    told = json.load(sys.stdin)
    if hasattr(os, "nice"):
        os.nice(10)  # requests come first
    engine = make_engine(told["database"])
    with suppress(IndexBusy), make_sessions(engine, writes=False)() as db:
        write_firms(db, Path(told["folder"]))
    engine.dispose()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main()
