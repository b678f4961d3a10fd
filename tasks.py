#!/usr/bin/env python3
"""Constela's commands, with nothing but Python: `python3 tasks.py run`, `python3 tasks.py test`.

run       set everything up, load the demonstration into an empty database, serve on http://127.0.0.1:8000 (PORT)
test      set everything up, run every test, a real browser included; further words go to pytest
setup     all of `run` but serving
serve     serve for production with gunicorn (Windows: waitress); needs SECRET_KEY and BASE_URL
check     look at the code's style
messages  gather the sentences of pages into the catalogues (maintainers)
vendor    renew the vendored front-end files (maintainers; needs npm)
lock      renew requirements*.txt from requirements*.in (maintainers; needs uv)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
SOURCES = ("app.py", "config.py", "matching", "models", "reference", "services", "web")
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
"""What prints PDF, by the name of the library: the Debian package that brings it."""
LANGUAGES = ("pt", "pt_BR", "en", "es", "fr")


def say(text: str) -> None:
    print(text, flush=True)


def call(*words: object, **more) -> subprocess.CompletedProcess:
    """Run a command in the project's folder; stop when it fails."""
    done = subprocess.run([str(word) for word in words], cwd=ROOT, **more)
    if done.returncode:
        sys.exit(done.returncode)
    return done


def install_packages(*names: str) -> bool:
    """Install Debian packages where that is allowed; otherwise say which are wanted."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not is_root or not shutil.which("apt-get") or os.environ.get("NO_APT"):
        say(f"  Please install: {' '.join(names)}")
        return False
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    say(f"Installing {' '.join(names)} …")
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        if subprocess.run(["apt-get", *words], **quiet).returncode and words[0] == "install":
            return False
    return True


def prepare_python(requirements: str) -> None:
    """Make the virtual environment and install what is pinned; nothing to do when that was done before."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one is told so here
        sys.exit(f"Constela needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    pinned = ROOT / requirements
    stamp = VENV / f"installed-{requirements}"
    wanted = hashlib.sha256(pinned.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    if not PYTHON.exists():
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            if not install_packages("python3-venv"):
                sys.exit("This Python lacks the module venv: install python3-venv and try again.")
            os.execv(sys.executable, [sys.executable, *sys.argv])
        say("Making a virtual environment in .venv …")
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    say("Installing the pinned packages (a minute or two the first time) …")
    call(
        PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input",
        "--require-hashes", "--only-binary", ":all:", "-r", pinned,
    )  # fmt: skip
    stamp.write_text(wanted)


def compile_engine() -> None:
    """Compile the engine once, which takes some seconds; afterwards it is read from disk."""
    say("Compiling the engine …")
    call(PYTHON, "-c", "from matching import warm_up; warm_up()")


def compile_sources() -> None:
    """Compile our own files, also where Python is told not to keep what it compiles: processes start faster."""
    call(PYTHON, "-m", "compileall", "-q", *SOURCES)


def compile_catalogues() -> None:
    """Compile each language's catalogue when it is newer than what was compiled."""
    for language in LANGUAGES:
        folder = ROOT / "translations" / language / "LC_MESSAGES"
        source, target = folder / "messages.po", folder / "messages.mo"
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        call(
            PYTHON, "-m", "babel.messages.frontend", "compile", "-i", source, "-o", target,
            "-l", language, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def development() -> dict[str, str]:
    """The environment of a site that runs on somebody's own machine."""
    return {"CONSTELA_ENV": "development", "PYTHONUNBUFFERED": "1", **os.environ}


def flask(*words: str, env: dict[str, str]) -> None:
    call(PYTHON, "-m", "flask", "--app", "app", *words, env=env)


def setup() -> dict[str, str]:
    """Everything but serving; returns the environment to serve in."""
    prepare_python("requirements.txt")
    compile_catalogues()
    compile_sources()
    if not prepare_pdf():
        say("\n*** No PDF: the libraries above are missing, and DOCUMENTS CANNOT BE PRINTED. The rest works. ***\n")
    env = development()
    flask("start", env=env)
    return env


def prepare_pdf() -> bool:
    """Whether documents can be printed as PDF here; on Debian as root what lacks is installed."""
    missing = [package for name, package in PDF_LIBRARIES.items() if not find_library(name)]
    if missing and sys.platform == "linux":
        install_packages(*missing)
    return not subprocess.run([PYTHON, "-c", "import weasyprint"], cwd=ROOT, capture_output=True).returncode


def find_chromium() -> str | None:
    """A browser for the tests: the one that is there, or one installed now."""

    def look() -> str | None:
        names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
        return next((path for name in names if name and (path := shutil.which(name))), None)

    has_atomic = any(
        Path(f).exists()
        for f in (
            "/usr/lib/x86_64-linux-gnu/libatomic.so.1",
            "/usr/lib/aarch64-linux-gnu/libatomic.so.1",
            "/usr/lib64/libatomic.so.1",
            "/lib/libatomic.so.1",
        )
    )
    if look() and (has_atomic or sys.platform != "linux"):
        return look()
    install_packages(*([] if look() else ["chromium"]), *([] if has_atomic else ["libatomic1"]))
    return look()


def run() -> None:
    env = setup()
    host, port = env.get("HOST", "127.0.0.1"), env.get("PORT", "8000")
    say(f"  Constela is ready: http://{host}:{port}/   (Ctrl-C stops it)\n")
    serve_with(env, host, port)


def serve() -> None:
    prepare_python("requirements-cluster.txt" if os.environ.get("CLUSTER") else "requirements.txt")
    compile_catalogues()
    compile_sources()
    compile_engine()
    env = dict(os.environ)
    flask("migrate", env=env)
    serve_with(env, env.get("HOST", "127.0.0.1"), env.get("PORT", "8000"))


def serve_with(env: dict[str, str], host: str, port: str) -> None:
    """Hand this process over to the server."""
    os.chdir(ROOT)
    if WINDOWS:
        words = [PYTHON, "-m", "waitress", f"--listen={host}:{port}", "--call", "app:create_app"]
        sys.exit(subprocess.run([str(word) for word in words], env=env).returncode)
    words = [PYTHON, "-m", "gunicorn", "app:create_app()"]  # the rest stands in gunicorn.conf.py
    os.execve(str(PYTHON), [str(word) for word in words], env)


def test(*words: str) -> None:
    prepare_python("requirements-dev.txt")
    call(PYTHON, "-m", "ruff", "check", ".")
    types = subprocess.Popen([PYTHON, "-m", "mypy"], cwd=ROOT)  # beside the compiling, which takes one core too
    compile_catalogues()
    compile_sources()
    compile_engine()
    if types.wait():
        sys.exit(types.returncode)
    # Two workers have a core each: threads of the linear algebra would only wait for each other.
    env = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONUNBUFFERED": "1"}
    chromium = find_chromium()
    if chromium:
        env["CHROMIUM"] = chromium
    elif env.get("CI"):
        sys.exit("The tests need Chromium, and it could not be installed.")
    else:
        say("\n*** No Chromium: EVERY BROWSER TEST IS SKIPPED. Install chromium to run them. ***\n")
    if not prepare_pdf():
        if env.get("CI"):
            sys.exit("The tests need the libraries that print PDF, and they could not be installed.")
        say(
            "\n*** No PDF: EVERY TEST OF PRINTED DOCUMENTS IS SKIPPED. Install the libraries above to run them. ***\n"
        )
    # Whole files go to two workers at a time, the long ones first (tests/conftest.py), so that neither waits for the
    # other at the end; what somebody picks runs in one, so that its output comes in order.
    beside = () if words else ("-n", min(2, os.cpu_count() or 1), "--dist", "loadfile", "--no-loadscope-reorder")
    call(PYTHON, "-m", "pytest", "-q", "--durations=10", *beside, *words, env=env)


def check() -> None:
    prepare_python("requirements-dev.txt")
    call(PYTHON, "-m", "ruff", "check", ".")
    call(PYTHON, "-m", "ruff", "format", "--check", ".")
    call(PYTHON, "-m", "mypy")


def messages() -> None:
    prepare_python("requirements-dev.txt")
    call(PYTHON, "scripts/messages.py")


def vendor() -> None:
    call(sys.executable, "scripts/vendor.py")


def lock() -> None:
    for name in ("requirements", "requirements-cluster", "requirements-dev"):
        call(
            "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "-q",
            "--no-emit-index-url", "--custom-compile-command", "make lock", f"{name}.in", "-o", f"{name}.txt",
        )  # fmt: skip


TASKS = {
    "run": run,
    "test": test,
    "setup": setup,
    "serve": serve,
    "check": check,
    "messages": messages,
    "vendor": vendor,
    "lock": lock,
}

if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in TASKS:
        sys.exit(__doc__)
    try:
        TASKS[wanted](*sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
