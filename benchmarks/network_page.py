"""How soon the page of a large network is drawn, in headless Chromium.

    python -m benchmarks.network_page [FIRMS]

Makes a site with drawn firms in a folder that is thrown away, computes its network with the engine, serves
it on this machine and opens it as a person would: signed in, with nothing in the browser's store. The bar for
10,000 firms is a first draw within 3 s on two cores.
"""

from __future__ import annotations

import gzip
import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from playwright.sync_api import sync_playwright

from models import (
    Firm,
    FirmCapability,
    FirmLanguage,
    FirmState,
    Product,
    Role,
    TargetMarket,
    new_key,
)
from reference.countries import CPLP
from reference.hs import list_codes
from services import accounts, network
from services.passwords import Passwords
from services.vocabulary import CAPABILITIES
from tests.browser.conftest import FLAGS, NAMES
from tests.browser.windows import Window, serve
from tests.factories import PASSWORD
from tests.sites import filled_site

BAR_SECONDS = 3.0
RUNS = 5
SEED = 20261121
MARKETS = (*CPLP, "ESP", "FRA", "DEU", "ITA", "GBR", "USA", "CHN", "ZAF", "NAM", "ARE", "NLD", "MAR")
EMAIL = "bench@constela.example"


def draw_firms(db, count: int) -> None:
    """Firms whose products and markets lean to those of their sector, written in bulk."""
    random = np.random.default_rng(SEED)
    headings = [code.code for code in list_codes(4)]
    sectors = [random.choice(headings, 12, replace=False) for _ in range(60)]
    wishes = [random.choice(MARKETS, 6, replace=False) for _ in range(60)]
    firms, products, targets, languages, capabilities = [], [], [], [], []
    for number in range(1, count + 1):
        sector = int(random.integers(60))
        name = f"Empresa {number:05} {('Lda', 'SA', 'Ltda', 'SL')[number % 4]}"
        firms.append(
            {"id": number, "key": new_key(), "state": FirmState.APPROVED, "name": name, "name_folded": name.lower(),
             "country": str(random.choice(CPLP)), "city": f"Cidade {random.integers(90)}",
             "employees": int(random.integers(2, 200)), "fictional": True}
        )  # fmt: skip
        products += [
            {
                "firm_id": number,
                "words": "artigo",
                "hs": str(code),
                "tier": int(random.integers(1, 6)),
                "position": at,
            }
            for at, code in enumerate(random.choice(sectors[sector], 2, replace=False))
        ]
        targets += [
            {"firm_id": number, "country": str(market), "priority": int(random.integers(1, 4)), "horizon": 2}
            for market in random.choice(wishes[sector], 3, replace=False)
        ]
        languages.append({"firm_id": number, "language": "pt", "level": "native"})
        chosen = random.choice(list(CAPABILITIES), 8, replace=False)
        capabilities += [
            {"firm_id": number, "kind": "offer" if at < 4 else "need", "capability": str(code)}
            for at, code in enumerate(chosen)
        ]
    tables = (Firm, Product, TargetMarket, FirmLanguage, FirmCapability)
    for table, rows in zip(tables, (firms, products, targets, languages, capabilities), strict=True):
        db.execute(sa.insert(table), rows)


def fill_site(db, count: int) -> None:
    """So many firms, one person who sees them, and the network computed."""
    draw_firms(db, count)
    accounts.make_person(
        db, Passwords(fast=True), email=EMAIL, name="Bench", password=PASSWORD, role=Role.STAFF, locale="pt"
    )
    db.commit()
    network.refresh(db)  # compiles on a fresh machine
    db.rollback()
    started = time.perf_counter()
    run = network.refresh(db)
    whole = time.perf_counter() - started
    print(f"{run.firms} firms, {run.ties} ties, {run.clusters} clusters, modularity {run.modularity:.3f}")
    print(f"network computed in {run.seconds:.1f} s, stored after {whole:.1f} s")


def measure_server(app) -> None:
    """Size of the data and seconds that the server takes for them and for the page."""
    client = app.test_client()
    form = client.get("/sign-in").get_data(as_text=True)
    token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    for address in ("/network", "/network.json", "/network/panel", "/network.svg", "/network.graphml"):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            answer = client.get(address, headers={"Accept-Encoding": "gzip"})
            body = answer.get_data()
            times.append(time.perf_counter() - started)
        raw = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        print(
            f"  {address:18} {min(times) * 1000:7.0f} ms  {len(raw) / 1024:7.0f} KB, sent {len(body) / 1024:5.0f} KB"
        )


def measure_browser(site: str) -> bool:
    """First draw of both levels, and the frames while the drawing moves."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    good = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for level in ("clusters", "firms"):
            seconds = []
            for _ in range(RUNS):
                window = Window(browser, site)
                window.sign_in(EMAIL)
                page = window.open(f"/network?level={level}")
                page.locator("[data-network][data-ready='yes']").wait_for(state="attached")
                drawn = "() => performance.getEntriesByName('network-drawn')[0].startTime / 1000"
                seconds.append(page.evaluate(drawn))
                frames = page.evaluate(FRAMES)
                window.context.close()
            first = statistics.median(seconds)
            good &= first < BAR_SECONDS
            spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
            print(
                f"  {level:9} first draw {first:.2f} s ({spread}), bar {BAR_SECONDS} s; {frames:.0f} frames/s moving"
            )
        browser.close()
    return good


FRAMES = """async () => {
    const canvas = document.querySelector(".sigma-mouse"), box = canvas.getBoundingClientRect();
    const at = (step) => ({bubbles: true, clientX: box.x + 300 + 150 * Math.sin(step / 9), clientY: box.y + 300});
    canvas.dispatchEvent(new MouseEvent("mousedown", at(0)));
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < 3000) {
        document.dispatchEvent(new MouseEvent("mousemove", at(++frames)));
        await new Promise(requestAnimationFrame);
    }
    document.dispatchEvent(new MouseEvent("mouseup", at(frames)));
    return frames / 3;
}"""


def main(count: int) -> int:
    """Print the figures; 1 when the bar is missed."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with (
        tempfile.TemporaryDirectory() as folder,
        filled_site(Path(folder), lambda db: fill_site(db, count)) as (app, _),
    ):
        measure_server(app)
        with serve(app) as site:
            good = measure_browser(site)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
