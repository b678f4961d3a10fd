"""A client that looks at every page a test visits: one heading, a title that begins with it, no id twice."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.factories import PASSWORD

TOKEN = re.compile(r'(value|content)="I[\w.-]{70,}"')  # signed with the second in which the page was made


class Page(HTMLParser):
    """An answer of the site, read as a person would."""

    def __init__(self, answer, address: str) -> None:
        super().__init__()
        self.answer, self.address, self.status = answer, address, answer.status_code
        self.html = answer.get_data(as_text=True)
        self.headings: list[str] = []
        self.title, self.lang = "", ""
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.forms: list[dict] = []
        self.links: list[tuple[str, str]] = []
        self._in: list[str] = []
        self._text: list[str] = []
        self._form: dict | None = None
        self._select: tuple[str, bool] | None = None
        self._textarea: str | None = None
        self._skip = 0
        if answer.mimetype == "text/html":
            self.feed(self.html)

    @property
    def steady(self) -> str:
        """The page without the tokens that each visit has of its own, to compare two visits."""
        return TOKEN.sub("", self.html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._in.append(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "style" in attrs or any(name.startswith("on") for name in attrs) or tag == "style":
            self.inline.append(self.get_starttag_text())
        if tag == "script" and "src" not in attrs and attrs.get("type") != "application/json":
            self.inline.append(self.get_starttag_text())
        if tag in ("script", "style", "template"):
            self._skip += 1
        if tag == "html":
            self.lang = attrs.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        if tag == "a" and attrs.get("href"):
            self.links.append((attrs["href"], ""))
        if tag == "form":
            self._form = {
                "action": attrs.get("action") or self.address,
                "method": attrs.get("method", "get").lower(),
                "fields": [],
            }
            self.forms.append(self._form)
        self._read_field(tag, attrs)

    def _read_field(self, tag, attrs):
        if self._form is None:
            return
        name, fields = attrs.get("name"), self._form["fields"]
        if tag == "input" and name:
            kind = attrs.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in attrs:
                    fields.append((name, attrs.get("value", "on")))
            elif kind not in ("submit", "button", "image", "file"):
                fields.append((name, attrs.get("value", "")))
        elif tag == "textarea" and name:
            self._textarea = name
            fields.append((name, ""))
        elif tag == "select" and name:
            self._select = (name, "multiple" in attrs)
        elif tag == "option" and self._select:
            name, multiple = self._select
            if "selected" in attrs or (not multiple and not any(n == name for n, _ in fields)):
                if not multiple:
                    fields[:] = [(n, v) for n, v in fields if n != name]
                fields.append((name, attrs.get("value", "")))

    def handle_endtag(self, tag):
        if tag in self._in:
            while self._in and self._in.pop() != tag:
                pass
        if tag in ("script", "style", "template"):
            self._skip -= 1
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data):
        if "title" in self._in and "svg" not in self._in:
            self.title += data
        if "h1" in self._in:
            self.headings[-1] += data
        if self._textarea and self._form is not None:
            name, value = self._form["fields"][-1]
            self._form["fields"][-1] = (name, value + (data if value else data.removeprefix("\r").removeprefix("\n")))
        if not self._skip and "head" not in self._in:
            self._text.append(data)
            if "a" in self._in and self.links:
                href, words = self.links[-1]
                self.links[-1] = (href, words + data)

    @property
    def text(self) -> str:
        """The words of the page, white space folded."""
        return " ".join(" ".join(self._text).split())

    def form_to(self, part: str) -> dict:
        """The form whose address contains the part."""
        found = [form for form in self.forms if part in form["action"]]
        assert found, f"no form to {part!r} on {self.address}: {[f['action'] for f in self.forms]}"
        return found[0]

    def check(self) -> None:
        """What holds for every page of the site."""
        if self.answer.mimetype != "text/html" or 300 <= self.status < 400:
            return
        assert "Content-Security-Policy" in self.answer.headers, self.address
        if self.answer.headers.get("Vary-Fragment") or "<html" not in self.html:
            return
        headings = [" ".join(h.split()) for h in self.headings]
        title = " ".join(self.title.split())
        assert len(headings) == 1, f"{self.address}: headings {headings}"
        assert headings[0], f"{self.address}: an empty heading"
        assert headings[0] in title, f"{self.address}: title {title!r} lacks the heading {headings[0]!r}"
        twice = [name for name, count in Counter(self.ids).items() if count > 1]
        assert not twice, f"{self.address}: ids twice {twice}"
        assert not self.inline, f"{self.address}: inline script or style {self.inline}"
        assert self.lang, f"{self.address}: no language"


class Browser:
    """Visits pages, follows redirects, fills in and posts forms as they stand on the page."""

    def __init__(self, app, language: str = "en", session=None) -> None:
        self.app, self.client = app, app.test_client()
        self.session = session
        """The test's own database session: each visit ends its transaction, so that neither waits for the other."""
        self.headers = {"Accept-Language": language}
        self._page: Page | None = None
        self._led_to: str | None = None

    @property
    def page(self) -> Page | None:
        """The present page; where signing in led is opened by whoever asks for it."""
        if self._led_to is not None:
            self.get(self._led_to)
        return self._page

    @page.setter
    def page(self, page: Page) -> None:
        self._page, self._led_to = page, None

    def get(self, address: str, *, status: int = 200, follow: bool = True) -> Page:
        """Visit an address and look at the page."""
        return self._open("GET", address, status=status, follow=follow)

    def post(self, address: str, data=None, *, status: int = 200, follow: bool = True) -> Page:
        """Post bare data: for what no form on a page would send."""
        return self._open("POST", address, data=data or {}, status=status, follow=follow)

    def fill(self, part: str = "", *, status: int = 200, follow: bool = True, without=(), **values) -> Page:
        """Fill in the form on the present page whose address contains `part`, and send it.

        A value may be a list; `without` names fields to leave out; `__` in a name stands for `-`.
        """
        form = self.page.form_to(part)
        given = {name.replace("__", "-"): value for name, value in values.items()}
        fields = [(n, v) for n, v in form["fields"] if n not in given and n not in without]
        for name, value in given.items():
            fields += [(name, one) for one in (value if isinstance(value, list | tuple) else [value])]
        address = urljoin(self.page.address, form["action"])
        if form["method"] == "get":
            from urllib.parse import urlencode

            return self.get(f"{address.partition('?')[0]}?{urlencode(fields)}", status=status)
        data: dict[str, list] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return self._open("POST", address, data=data, status=status, follow=follow)

    def _open(self, method, address, *, status, follow, data=None) -> Page:
        self._led_to = None
        if self.session is not None:
            self.session.rollback()
        answer = self.client.open(address, method=method, data=data, headers=self.headers)
        hops = 0
        while follow and answer.status_code in (301, 302, 303, 307, 308):
            address, hops = urljoin(address, answer.headers["Location"]), hops + 1
            assert hops < 8, f"redirects without end at {address}"
            answer = self.client.get(address, headers=self.headers)
        page = self._page = Page(answer, address)
        expected = status if follow or status != 200 else answer.status_code
        assert page.status == expected, f"{method} {address}: {page.status}\n{page.text[:600]}"
        page.check()
        return page

    def sign_in(self, person, password: str = PASSWORD) -> None:
        """Sign in through the page. The overview, dear and the same for most tests, is only opened when looked at."""
        self.get("/sign-in")
        page = self.fill("/sign-in", email=person.email, password=password, follow=False)
        assert page.status == 303, "could not sign in"
        self._led_to = urljoin("/sign-in", page.answer.headers["Location"])
        if urlsplit(self._led_to).path != "/overview":
            self.get(self._led_to)

    def mails(self) -> list[dict]:
        """The mails that the site has sent, oldest first: to, subject, text, links."""
        import email
        import email.policy

        folder = self.app.config["SETTINGS"].mail_folder
        paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        found = []
        for path in paths:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = message.get_body(("plain",)).get_content()
            found.append(
                {
                    "to": message["To"],
                    "subject": message["Subject"],
                    "text": text,
                    "links": re.findall(r"https?://\S+", text),
                }
            )
        return found
