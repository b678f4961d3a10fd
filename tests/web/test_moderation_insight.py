"""The pages of hints and of figures."""

from __future__ import annotations

from services import cases
from services.moderation import hints
from web.moderation.words import HINT


def test_every_hint_has_its_words():
    assert list(HINT) == list(hints.KINDS)


def test_hints_are_shown_with_what_they_rest_on(sign_in, make):
    person = make.person(name="Ana Prado")
    made = [make.firm(f"Firm <{n}>") for n in range(4)]
    for firm in made:
        make.post(person, firm)

    page = sign_in(make.moderator()).get("/moderation/hints")

    assert "Ana Prado:" in page.text
    for firm in made:
        assert firm.name in page.text
    assert "Nothing." in page.text


def test_figures_by_moderator_are_the_administrators(sign_in, make, db):
    moderator = make.person(role="moderator", name="Rui Valente")
    cases.decide(db, moderator, make.firm(state="submitted"), outcome="return", reason="So.")
    db.commit()

    page = sign_in(make.moderator()).get("/moderation/statistics")
    assert "100%" in page.text and "Rui Valente" not in page.text
    page = sign_in(make.person(role="administrator")).get("/moderation/statistics?days=365")
    assert "Rui Valente" in page.text
    for wrong in ("7", "x", "-1"):
        sign_in(moderator).get(f"/moderation/statistics?days={wrong}", status=404)
