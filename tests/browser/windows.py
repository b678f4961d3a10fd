"""A browser window that a test looks through, and the site served to it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.factories import PASSWORD

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, grave]) => {
    const light = axe._audit.rules.filter(rule => rule.impact && !grave.includes(rule.impact));
    const rules = Object.fromEntries(light.map(rule => [rule.id, {enabled: false}]));
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"], selectors: false,
    });
    return found.violations;
}"""
GRAVE = ("serious", "critical")
HEIGHT = 800
"""Pixels of each window."""
SHOTS = os.environ.get("SCREENSHOTS")
"""A folder; when set, every page that is looked at leaves its picture there."""


@cache
def axe() -> str:
    """The script that looks for barriers."""
    return AXE.read_text("utf-8")


@contextmanager
def serve(app) -> Iterator[str]:
    """The site on a port of its own for the length of a block; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


class Window:
    """One window of the browser with its own cookies; it notes what its pages complain of."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        *,
        width: int = 1280,
        language: str = "pt-PT",
        theme: str = "light",
        scripts: bool = True,
    ) -> None:
        self.site, self.language, self.name = site, language, f"{width}-{language}-{theme}"
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale=language,
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def turn(self, *, width: int, theme: str, **_: str) -> None:
        """Make the window as wide and as bright as that; the page that is open follows without being loaded anew."""
        self.name = f"{width}-{self.language}-{theme}"
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.wait_for_function(
            """([width, isDark]) => innerWidth === width && document.getAnimations().length === 0
                && matchMedia("(prefers-color-scheme: dark)").matches === isDark""",
            arg=[width, theme == "dark"],
        )

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, address: str, status: int = 200) -> Page:
        """Visit an address of the site."""
        answer = self.page.goto(address if address.startswith("http") else self.site + address)
        assert answer.status == status, f"{address}: {answer.status}"
        if status >= 400:
            self.forgive_refusals()
        return self.page

    def forgive_refusals(self) -> None:
        """Forget that the browser called an expected 404 or 422 an error."""
        self.complaints = [line for line in self.complaints if "Failed to load resource" not in line]

    def choose_language(self, tag: str) -> None:
        """Choose the language of the account: it outweighs the browser's."""
        page = self.open("/account")
        code = "pt" if tag == "pt-PT" else tag
        with page.expect_navigation():
            page.evaluate(
                """code => {
                    const form = document.querySelector("form[action$='/language']");
                    form.querySelector(`button[value="${code}"]`).click();
                }""",
                code,
            )

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Sign in through the page."""
        self.open("/sign-in")
        self.page.locator("[name=email]").fill(email)
        self.page.locator("[name=password]").fill(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/sign-in"))
        return self.page

    def barriers(self) -> list[str]:
        """What axe finds that is serious or critical on the present page.

        A rule that names an impact gives it to all that it finds: those that could find nothing grave are left out.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe())
        found = self.page.evaluate(RUN, [TAGS, GRAVE])
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:160]}"
            for rule in found
            if rule["impact"] in GRAVE
            for node in rule["nodes"]
        ]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")

    def shoot(self, name: str) -> None:
        """Keep a picture of the page, if pictures are wanted."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}-{self.name}.png", full_page=True)

    def check(self, name: str) -> None:
        """The page keeps to what holds for every page: no barrier, no sideways scrolling, no complaint."""
        self.shoot(name)
        found, wider = self.barriers(), self.sideways()
        assert not found, f"{name}: " + "\n".join(found)
        assert wider <= 0, f"{name} is {wider} px too wide"
        assert not self.complaints, "\n".join(self.complaints)
