"""Printed documents: what stands in each, in each language, to the cent; nothing fetched, nothing of one's own."""

from __future__ import annotations

import datetime as dt
import io
import json
import time

import pytest
from pypdf import PdfReader

from models import DocumentKind
from services.consortia import content
from services.documents import freezing
from services.documents.freezing import LANGUAGES
from tests.groups import Group, write
from tests.papers import squeezed, text_of
from tests.services.documents.test_making import OWN, reckon
from web import printing as shared
from web.documents import printing

DAY = dt.date(2026, 11, 26)
TITLE = {
    "letter": {"pt": "Carta de intenções", "pt_BR": "Carta de intenções", "en": "Letter of intent"},
    "annex": {"pt": "Anexo de partilha de custos", "pt_BR": "Anexo de divisão de custos", "en": "Cost-sharing annex"},
    "regulations": {"pt": "Regulamento interno", "pt_BR": "Regulamento interno", "en": "Internal regulations"},
    "plan": {"pt": "Esquema do plano", "pt_BR": "Roteiro do plano", "en": "Business-plan outline"},
}
NAMES = ("Azeites São João, Lda.", "O'Brien & Filhos", "Café do Huambo")


@pytest.fixture
def group(prints, db, make):
    """A group at its objective, with costs of every form; its firms have names and countries of their own."""
    group = Group(db, make).reach("objective")
    for firm, name, country in zip(group.firms, NAMES, ("PRT", "BRA", "AGO"), strict=True):
        firm.name, firm.country = name, country
    reckon(group)
    write(group)
    return group


def copy_of(group, kind) -> dict:
    return json.loads(json.dumps(freezing.copy_of(group.db, group.standing, DocumentKind(kind))))


@pytest.fixture
def printed(app):
    """Prints a document, and gives its bytes."""

    def printed(kind, language, copy, version=3) -> bytes:
        with app.test_request_context():
            return printing.print_pdf(DocumentKind(kind), language, copy, version=version, made_on=DAY)

    return printed


def amount(minor: int, language: str) -> str:
    whole = f"{minor / 100:,.2f}"
    swapped = whole.replace(",", " ").replace(".", ",") if language == "pt" else whole
    return whole.translate(str.maketrans(",.", ".,")) if language == "pt_BR" else swapped


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_each_document_says_what_it_is_who_the_parties_are_and_which_version(group, printed, kind, language):
    text = text_of(printed(kind, language, copy_of(group, kind)))

    assert TITLE[kind][language] in text
    for name in NAMES:
        assert squeezed(name) in squeezed(text)
    country = {"pt": "Brasil", "pt_BR": "Brasil", "en": "Brazil"}[language]
    assert country in text
    assert group.consortium.name in text
    assert {"pt": "versão 3", "pt_BR": "versão 3", "en": "version 3"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_annex_has_the_rule_every_share_to_the_cent_and_every_input(group, printed, language):
    copy = copy_of(group, "annex")
    text = squeezed(text_of(printed("annex", language, copy)))

    assert "Shapley,1953" in text
    for one in copy["members"]:
        assert squeezed(amount(one["share_minor"], language)) in text, one
    assert squeezed(amount(copy["budget_minor"], language)) in text
    assert squeezed(amount(500_000, language)) in text, "the subsidy"
    for cost in copy["costs"]:
        assert squeezed(cost["name"]) in text
        for part in cost["parts"]:
            if part["need_minor"]:
                assert squeezed(amount(part["need_minor"], language)) in text, part
    for quantity in ("20", "30", "50", "62"):
        assert quantity in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_has_the_objective_and_what_each_brings(group, printed, language):
    text = text_of(printed("letter", language, copy_of(group, "letter")))

    for words in ("Sell in Spain.", "Ten customers.", "A fair.", "24", "90"):
        assert words in text
    assert {"pt": "Despacho", "pt_BR": "Desembaraço", "en": "Customs clearance"}[language] in text


@pytest.mark.parametrize(("language", "word"), [("pt", "RASCUNHO"), ("pt_BR", "RASCUNHO"), ("en", "DRAFT")])
def test_a_draft_says_so_on_every_page_and_what_is_decided_does_not(group, printed, language, word):
    draft = printed("letter", language, copy_of(group, "letter"))
    pages = PdfReader(io.BytesIO(draft)).pages
    assert [word in page.extract_text() for page in pages] == [True] * len(pages)

    group.reach_from("objective", "submitted")

    assert word not in text_of(printed("letter", language, copy_of(group, "letter")))


def test_signatures_say_who_signed_when_on_the_platform(group, printed):
    group.reach_from("objective", "constituted")
    text = text_of(printed("regulations", "en", copy_of(group, "regulations")))

    for owner in group.owners:
        assert f"by {owner.name}" in text
    assert text.count("Signed on the platform on") == 3
    assert "One firm, one vote." in text
    assert "Yes 3, no 0, abstained 0, of 3 members" in text


def test_the_same_copy_gives_the_same_file(group, printed):
    copy = copy_of(group, "annex")
    first = printed("annex", "pt", copy)
    time.sleep(1.1)  # a font's subset would carry the second in which it was made

    assert first == printed("annex", "pt", copy)
    assert printed("annex", "pt", copy) != printed("annex", "pt", copy | {"budget_minor": 1})


def test_what_a_member_would_pay_alone_by_its_own_word_is_printed_nowhere(group, printed):
    for kind in DocumentKind:
        for language in LANGUAGES:
            text = squeezed(text_of(printed(kind, language, copy_of(group, kind))))
            assert squeezed(amount(OWN, language)) not in text, (kind, language)
            assert str(OWN) not in text


HOSTILE = (
    "<script>alert(1)</script>", "<img src=http://evil.example/x.png>", "<link rel=stylesheet href=//evil.example>",
    "a" * 180, "شركة النخيل", "Doces 🍬 & Cia", "{{ 7 * 7 }}", "\u202eevil", "</style><style>@import 'http://e'",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_taken_for_markup_and_nothing_is_fetched(group, printed, monkeypatch, name):
    fetched = []
    make_fetcher = shared._fetcher

    def noting(folder):
        fetcher = make_fetcher(folder)
        fetch = fetcher.fetch
        monkeypatch.setattr(fetcher, "fetch", lambda url, headers=None: fetched.append(url) or fetch(url, headers))
        return fetcher

    monkeypatch.setattr(shared, "_fetcher", noting)
    copy = copy_of(group, "letter")
    copy |= {"purpose": name, "objective": name, "name": name}
    for one in copy["members"]:
        one["name"] = name
    data = printed("letter", "en", copy)

    assert {url.removeprefix(shared.BASE) for url in fetched} <= set(shared.SERVED), fetched
    assert b"/JavaScript" not in data
    assert b"/URI" not in data
    if name.isascii():
        assert squeezed(name) in squeezed(text_of(data))
    assert len(PdfReader(io.BytesIO(data)).pages) < 8


def test_the_fetcher_serves_our_style_and_fonts_and_nothing_else(app, prints):
    with app.test_request_context():
        fetch = shared._fetcher(shared.Path(app.static_folder)).fetch
        for name in shared.SERVED:
            assert fetch(shared.BASE + name).read()
        for url in ("file:///etc/passwd", "http://127.0.0.1/", "https://static.invalid/../config.py",
                    "https://static.invalid/style.css", "data:text/plain,x"):  # fmt: skip
            with pytest.raises(ValueError, match="nothing else"):
                fetch(url)


def test_the_file_is_tagged_and_names_its_language_and_title(group, printed):
    reader = PdfReader(io.BytesIO(printed("letter", "pt_BR", copy_of(group, "letter"))))

    assert reader.trailer["/Root"]["/Lang"] == "pt-BR"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title.startswith("Carta de intenções")


def test_a_group_that_wrote_its_shares_by_hand_is_told_so(prints, db, make, printed):
    group = Group(db, make).reach("objective")
    group.share(10_001, 10_000, 9_999)
    text = text_of(printed("annex", "en", copy_of(group, "annex")))

    assert "no rule made them" in text
    for share in ("€100.01", "€100.00", "€99.99", "€300.00"):
        assert share in text


@pytest.mark.parametrize("text", ["a" * 40_000, "a\n" * 20_000, "a\n\n" * 13_000, "b c " * 10_000], ids=range(4))
def test_an_odd_text_is_printed_on_pages_that_one_can_count(group, printed, text):
    copy = copy_of(group, "regulations") | {"regulations": text}

    assert len(PdfReader(io.BytesIO(printed("regulations", "en", copy))).pages) < 60


def test_a_long_text_of_regulations_keeps_its_paragraphs(group, printed):
    content.set_regulations(
        group.db, group.lead, group.consortium, "\n\n".join(f"Article {n}\nText {n}." for n in range(200))
    )
    text = text_of(printed("regulations", "en", copy_of(group, "regulations")))

    assert all(f"Article {n} Text {n}." in text for n in range(200))
