"""50,000 members brought in and undone while the site answers: time, memory, and how long pages take meanwhile.

    python -m benchmarks.import_members [ROWS] [--csv] [--database URL]

Serves the demonstration on loopback, uploads a sheet through the pages, and asks for two of them all the while. Read
the pages' times beside those from before the import; seconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from openpyxl import Workbook

from models import Association, AssociationState, Role, make_engine, make_sessions
from services import accounts
from services.associations import founding
from services.passwords import Passwords

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
EMAIL, PASSWORD = "benchmark@example.org", "a password for the benchmark"
HEADINGS = (
    "Nome", "País", "Cidade", "NIF", "Trabalhadores", "Site", "Contacto", "E-mail", "Telefone", "Produtos", "Sobre",
)  # fmt: skip
PAGES = ("/healthz", "/firms", "/overview")


def rows(count: int):
    for n in range(count):
        yield (
            f"Empresa {n} de Conservas, Lda", "Portugal", ("Porto", "Faro", "Braga")[n % 3], f"{500_000_000 + n}",
            n % 300,
            f"https://www.empresa{n}.example", f"Pessoa {n}", f"geral@empresa{n}.example", f"+351 9{n:08}",
            "azeite virgem|1509; azeitonas|2005", "Fazemos conservas desde sempre.",
        )  # fmt: skip


def make_file(count: int, *, is_csv: bool) -> bytes:
    if is_csv:
        return "\r\n".join("\t".join(map(str, row)) for row in (HEADINGS, *rows(count))).encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADINGS, *rows(count)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Visitor:
    """A browser of sorts."""

    def __init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.html, self.address = "", ""

    def get(self, path: str) -> str:
        return self._read(self.opener.open(BASE + path if path.startswith("/") else path, timeout=120))

    def _read(self, answer) -> str:
        self.html, self.address = answer.read().decode(), answer.url
        return self.html

    @property
    def token(self) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.html)[1]

    def post(self, path: str, **fields) -> str:
        data = urlencode({"csrf_token": self.token, **fields}).encode()
        return self._read(self.opener.open(Request(BASE + path, data), timeout=120))

    def send(self, path: str, name: str, data: bytes) -> str:
        head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
        head += f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        request = Request(BASE + path, head.encode() + data + b"\r\n--x--\r\n", kind)
        return self._read(self.opener.open(request, timeout=300))


class Watch(threading.Thread):
    """Asks for pages without a pause, and notes how long each took; and how much memory the worker had."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.times, self.memory = threading.Event(), {page: [] for page in PAGES}, 0
        self.visitor = signed_in()

    def run(self) -> None:
        while not self.over.is_set():
            for page in PAGES:
                begun = time.perf_counter()
                self.visitor.get(page)
                self.times[page].append(time.perf_counter() - begun)
            self.memory = max(self.memory, worker_memory())
            time.sleep(0.05)

    def stop(self) -> str:
        self.over.set()
        self.join()
        said = []
        for page, times in self.times.items():
            times.sort()
            middle, late = statistics.median(times), times[int(len(times) * 0.95)]
            said.append(f"{page} {middle * 1000:.0f} / {late * 1000:.0f} / {times[-1] * 1000:.0f} ms ({len(times)})")
        return ", ".join(said) + (f"; worker {self.memory / 1024:.0f} MB" if self.memory else "")


def worker_memory() -> int:
    """The most memory that a worker of this benchmark has had, in kB."""
    most = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
            if b"work" in words and f"PORT={PORT}".encode() in (path / "environ").read_bytes():
                most = max(most, int(re.search(r"VmHWM:\s+(\d+)", (path / "status").read_text())[1]))
        except (OSError, TypeError):
            continue
    return most


def signed_in() -> Visitor:
    visitor = Visitor()
    visitor.get("/sign-in")
    visitor.post("/sign-in", email=EMAIL, password=PASSWORD)
    return visitor


def prepare(url: str) -> str:
    """Somebody who manages a verified association; gives its key."""
    engine = make_engine(url)
    with make_sessions(engine, writes=True)() as db:
        person = accounts.make_person(
            db, Passwords(), email=EMAIL, name="Benchmark", password=PASSWORD, role=Role.MEMBER
        )
        given = {"name": "Benchmark", "country": "PRT", "tax_number": "500", "website": "", "about": "Many firms."}
        association: Association = founding.found(db, person, given)
        association.state = AssociationState.APPROVED
        db.commit()
        key = association.key
    engine.dispose()
    return key


def follow(visitor: Visitor, said: str) -> None:
    """Wait for the job whose page is before the visitor, with a watch on the pages."""
    watch, begun = Watch(), time.perf_counter()
    watch.start()
    address = visitor.address
    while "/jobs/" in visitor.address:
        time.sleep(0.3)
        visitor.get(address)
    taken = time.perf_counter() - begun
    print(f"{said}: {taken:.1f} s; meanwhile (median / 95 % / most) {watch.stop()}", flush=True)


def main(count: int, *, is_csv: bool, url: str | None) -> None:
    """Serve, upload, check, bring in, undo."""
    folder = Path(tempfile.mkdtemp())
    url = url or f"sqlite:///{folder / 'constela.db'}"
    more = {"CONSTELA_ENV": "development", "DATABASE_URL": url, "PORT": str(PORT), "BASE_URL": BASE}
    more |= {name: str(folder / name.lower()) for name in ("MAIL_FOLDER", "INDEX_FOLDER", "FILES_FOLDER")}
    environment = {**os.environ, **more}
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    subprocess.run([*flask, "start"], env=environment, check=True, capture_output=True)
    key = prepare(url)
    data = make_file(count, is_csv=is_csv)
    print(f"{count} rows, {len(data) / 1e6:.1f} MB, {'CSV' if is_csv else 'XLSX'}, {os.cpu_count()} cores")
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "app:create_app()"], env=environment)
    try:
        wait_for_site()
        visitor = signed_in()
        watch = Watch()
        watch.start()
        time.sleep(6)
        print(f"before: (median / 95 % / most) {watch.stop()}")
        area = f"/associations/{key}/imports"
        visitor.get(area)
        begun = time.perf_counter()
        visitor.send(area, "members", data)
        print(f"upload and a look at the headings: {time.perf_counter() - begun:.1f} s", flush=True)
        chosen = dict(
            re.findall(r'<select[^>]*name="(column-\d+)">.*?value="(\w+)" selected', visitor.html, re.DOTALL)
        )
        where = visitor.address.removesuffix("/columns").removeprefix(BASE)
        visitor.post(f"{where}/columns", **chosen)
        follow(visitor, "check")
        visitor.post(f"{where}/bring-in", partial="y")
        follow(visitor, "bring in")
        begun = time.perf_counter()
        visitor.get(f"/associations/{key}/list?q=empresa+49")
        print(f"a search of the list: {(time.perf_counter() - begun) * 1000:.0f} ms")
        visitor.get(where)
        visitor.post(f"{where}/undo")
        follow(visitor, "undo")
    finally:
        server.terminate()
        server.wait()


def wait_for_site() -> None:
    for _ in range(100):
        try:
            Visitor().get("/healthz")
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("the site does not answer")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="?", type=int, default=50_000)
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--database")
    chosen = parser.parse_args()
    main(chosen.rows, is_csv=chosen.csv, url=chosen.database)
