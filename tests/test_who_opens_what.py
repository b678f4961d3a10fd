"""Every address of the site, opened and sent to by everybody: what happened is docs/who-opens-what.md.

``WRITE_TABLES=1`` writes the table anew, for whoever adds a page; who reads the change of that file sees who may
do more than before.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from models import FirmState, Role, now_utc
from services import barriers, meetings, proofs
from services.associations import belongings, calls, mandates
from services.associations import notes as staff_notes
from services.circles import circle_of_group
from services.consortia import content, messages
from services.documents import minutes
from services.files import Files
from tests.groups import Group, begin
from tests.pages import Browser
from tests.papers import PDF

TABLE = Path(__file__).parent.parent / "docs" / "who-opens-what.md"
LEFT_OUT = {"static", "development.mail", "development.show_mail"}
NOTHING_THERE = {
    "accounts.check_your_mail", "accounts.send_again", "accounts.sign_out_everywhere",
    "administration.stop_job", "administration.try_again", "associations.accept_post",
    "associations.answer_promoter", "associations.ask", "associations.ask_promoter", "associations.bring_in",
    "associations.claim", "associations.columns", "associations.decide_application", "associations.decline_post",
    "associations.drop_import", "associations.edit_call", "associations.go_on", "associations.link_group",
    "associations.nominate", "associations.refused_import", "associations.remove_listed",
    "associations.remove_staff", "associations.show_import", "associations.show_listed", "associations.undo_import",
    "associations.withdraw_staff", "barriers.correct", "consortia.answer_proposed", "consortia.decide_payment",
    "consortia.edit_cost", "consortia.hand_over", "consortia.remove_cost", "consortia.reverse_entry",
    "consortia.show_proposals", "consortia.show_proposed", "documents.download", "documents.download_file",
    "documents.remove_file", "firms.appeal", "firms.unblock", "jobs.show", "jobs.stop", "meetings.download",
    "meetings.feed", "messages.close", "messages.show",
    "moderation.appeal_case", "moderation.ask_about", "moderation.change_case", "moderation.reopen",
    "moderation.report_case", "moderation.take_down", "moderation.take_proof_back", "partition.propose",
    "partition.show", "people.accept", "people.decline", "people.withdraw", "proofs.appeal", "ranking.fit",
    "ranking.use", "readiness.answer", "readiness.questions", "readiness.statements", "reports.heard",
    "suggestions.choose",
}  # fmt: skip
"""What nobody finds in this world, or says nothing to an empty form; the tests of their rooms go there."""

HEAD = """# Who opens what

Written by `tests/test_who_opens_what.py`, which opens every address as everybody, and sends an empty form to each
that takes forms. A group is forming; its lead is the firm whose owner and editor stand here, a member the owner of
another firm in it; an association to which the lead firm belongs has a manager and an open call. Another one has the
permission of the lead's owner to act on behalf of the firm, and somebody of its staff has begun to.

- **shown**: the page; **goes on**: led to another page, done or refused with words there; **asked back**: the form,
  with what is wrong in it.
- **–**: not there for this person; **sign in**: only for who is signed in; **refused**: not understood as sent.

"""

CALL = {
    "title": "Salt for Angola", "about": "A fair.", "country": "AGO", "section": "", "eligibility": "Small firms.",
    "criteria": "The best fit.",
    "funder": "A fund", "starts_on": None, "ends_on": calls.today() + dt.timedelta(days=30),
}  # fmt: skip
Keys = Mapping[str, str]


def fill_world(db, make) -> tuple[Keys, Mapping[str, object]]:
    """A group that forms, a firm that waits, a barrier, and somebody of every kind."""
    group = Group(db, make).reach("forming")
    waiting = make.firm("Waiting", state=FirmState.SUBMITTED)
    outside = make.firm("Outside")
    editor = make.person()
    make.post(editor, group.firms[0])
    told = {"country": "AGO", "kind": "tax", "heading": "1509", "level": "", "percent": 5.0, "source": "A law"}
    told |= {"source_address": "", "source_date": dt.date(2026, 1, 31), "words": "Told."}
    barrier = barriers.enter(db, group.lead, group.firms[0], told)
    content.set_regulations(db, group.lead, group.consortium, "One firm, one vote.")
    vote = begin(group, "regulations")
    person, consortium, firm = group.of(1)
    soon = now_utc() + dt.timedelta(days=10)
    meeting = meetings.propose(
        db, person, circle_of_group(db, consortium), firm, times=[soon], time_zone="Europe/Lisbon", minutes=60,
        title="First meeting", place="Porto", agenda="",
    )  # fmt: skip
    message = messages.write(db, person, consortium, firm, "Hello.")
    notes = minutes.write(
        db, person, firm, consortium, None, held_on=now_utc().date(), title="First", text="All agreed."
    )
    manager = make.person()
    association, unverified = make.association(manager=manager), make.association(state="submitted")
    belongings.confirm_at_once(db, association, group.firms[0])
    upload = proofs.Upload("iso.pdf", PDF, "A certifier")
    folder = Files(Path(db.get_bind().url.database).parent / "files")
    proof = proofs.bring(db, folder, group.lead, group.firms[0], upload, what="licence", title="Export licence")
    call = calls.write(db, manager, association, CALL)
    calls.open_call(db, manager, call)
    helper = make.person()
    helping = make.association(manager=helper)
    belongings.confirm_at_once(db, helping, group.firms[0])
    mandates.give(db, group.lead, helping, group.firms[0], ["profile", "calls"])
    helping_call = calls.write(db, helper, helping, CALL)
    calls.open_call(db, helper, helping_call)
    note = staff_notes.write(db, helper, helping, group.firms[0], "A note.")
    db.commit()
    who = {
        "visitor": None,
        "somebody": make.person(),
        "owner elsewhere": make.owner_of(outside),
        "member": group.owners[1],
        "lead's owner": group.lead,
        "lead's editor": editor,
        "association": manager,
        "on behalf": helper,
        "staff": make.person(role=Role.STAFF),
        "moderator": make.moderator(),
        "administrator": make.person(role=Role.ADMINISTRATOR),
    }
    keys = {
        "market": "AGO", "section": "identity", "act": "give_up", "code": "1509", "name": "1",
        "subject": "regulations", "form": "COMMON", "firm": group.firms[0].key, "waiting": waiting.key,
        "group": group.consortium.key,
        "other_firm": group.firms[1].key, "vote": vote.key, "barrier": barrier.key, "person": editor.key,
        "outside": outside.key, "meeting": meeting.key, "message": message.key, "minutes": notes.key,
        "association": association.key, "unverified": unverified.key, "call": call.key, "kind": "firm",
        "proof": proof.key, "document": "regulations", "step": "any_lawyer", "answer": "take",
        "helping": helping.key, "helping_call": helping_call.key, "note": note.key,
    }  # fmt: skip
    return keys, who


PLACES: list[tuple[str, Mapping[str, str]]] = [
    (r"moderation\.(proof_case|open_proof|take_proof_back)", {"key": "proof", "number": "=1"}),
    (r"moderation\.(group_case|suspend_group)", {"key": "group"}),
    (r"moderation\.(barrier|take_down)", {"key": "barrier"}),
    (r"moderation\.association_case", {"key": "unverified"}),
    (r"moderation\.(suspend_firm|verify)", {"key": "outside"}),
    (r"moderation\.act_on_case", {"key": "waiting", "act": "=note"}),
    (r"moderation\.", {"key": "waiting"}),
    (
        r"associations\.(permission|answer_permission)$",
        {"key": "firm", "association_key": "helping", "act": "=withdraw"},
    ),
    (r"associations\.done_on_behalf", {"key": "firm"}),
    (r"associations\.(apply_for|withdraw_for)", {"key": "helping", "call_key": "helping_call", "firm_key": "firm"}),
    (
        r"associations\.(member$|write_note|edit_note|remove_note|.*permission|.*on_behalf)",
        {"key": "helping", "firm_key": "firm", "note_key": "note"},
    ),
    (r"associations\.(answer|of_firm)$", {"key": "firm", "association_key": "association", "act": "=leave"}),
    (r"associations\.(apply|call_page|link_group|withdraw_application)", {"key": "call"}),
    (r"associations\.", {"key": "association", "call_key": "call", "firm_key": "firm", "person_key": "person"}),
    (r"documents\.", {"key": "group", "kind": "document", "minutes_key": "minutes"}),
    (r"meetings\.", {"key": "group", "meeting_key": "meeting"}),
    (r"administration\.(change|undo)_setting", {"name": "=answer_days"}),
    (r"administration\.", {"key": "person"}),
    (r"reports\.new", {"key": "outside"}),
    (r"firms\.appeal", {"key": "firm"}),
    (r"barriers\.", {"key": "barrier"}),
    (r"consortia\.new_cost", {"key": "group", "code": "=LEGAL"}),
    (r"consortia\.(invite|take_back)", {"key": "group", "firm_key": "outside"}),
    (r"consortia\.", {"key": "group", "message_key": "message", "vote_key": "vote", "firm_key": "other_firm"}),
    (r"firms\.(block|unblock)", {"key": "firm", "other_key": "other_firm"}),
    (r"suggestions\.", {"key": "other_firm"}),
    (r"administration\.", {"key": "person"}),
    (r"proofs\.", {"key": "firm", "proof_key": "proof", "number": "=1"}),
    (r"products\.", {}),
    ("", {"key": "firm", "person_key": "person"}),
]
"""What stands where in an address, by the first pattern with which the endpoint begins; after ``=`` literally."""


def address_of(rule: Rule, keys: Keys) -> str:
    """The address with everything in its place; what has no place there is made up."""
    places = next(places for pattern, places in PLACES if re.match(pattern, rule.endpoint))

    def value(found: re.Match) -> str:
        name = found[1].rpartition(":")[2]
        wanted = places.get(name, name)
        return wanted[1:] if wanted.startswith("=") else keys.get(wanted, "nonsense")

    return re.sub(r"<([^>]+)>", value, rule.rule)


def what_happened(status: int, where: str) -> str:
    """In a word what somebody met."""
    if status in (301, 302, 303, 307, 308):
        return "sign in" if where.startswith("/sign-in") else "goes on"
    return {200: "shown", 204: "done", 400: "refused", 404: "–", 422: "asked back"}.get(status, str(status))


class Visits:
    """Lets everybody open and send to every address; whatever is done is undone, so that all meet the same site."""

    def __init__(self, app: Flask, browsers: Mapping[str, Browser], file: Path) -> None:
        self.app, self.browsers, self.file = app, browsers, file
        self.kept = file.with_suffix(".kept")
        self.tokens = {name: self._token(one) for name, one in browsers.items()}
        self.cookies = {name: dict(one.client._cookies) for name, one in browsers.items()}
        self.app.extensions["engine"].dispose()
        shutil.copy(file, self.kept)

    @staticmethod
    def _token(browser: Browser) -> str:
        page = browser.get("/how-it-works")
        return dict(page.form_to("/language")["fields"])["csrf_token"]

    def meet(self, name: str, method: str, address: str) -> str:
        """What happens to one of them at an address."""
        client = self.browsers[name].client
        client._cookies.clear()
        client._cookies.update(self.cookies[name])
        data = {"csrf_token": self.tokens[name]} if method == "POST" else None
        answer = client.open(address, method=method, data=data, headers={"Accept-Language": "en"}, buffered=True)
        assert answer.status_code < 500, (method, address, name)
        if method == "POST":
            self._undo()
        return what_happened(answer.status_code, answer.headers.get("Location", ""))

    def _undo(self) -> None:
        log = Path(f"{self.file}-wal")
        if not log.exists() or log.stat().st_size == 0:
            return  # nobody wrote
        self.app.extensions["engine"].dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)


@pytest.fixture
def visits(app, db, make, sign_in, visitor, tmp_path) -> tuple[Visits, Keys]:
    keys, who = fill_world(db, make)
    browsers = {name: visitor if person is None else sign_in(person) for name, person in who.items()}
    browsers["on behalf"].get(f"/associations/{keys['helping']}/members/{keys['firm']}")
    browsers["on behalf"].fill("/act")
    for browser in browsers.values():
        browser.session = None
    db.close()
    db.get_bind().engine.dispose()
    return Visits(app, browsers, tmp_path / "constela.db"), keys


def look(app: Flask, visits: Visits, keys: Keys) -> dict[tuple[str, str], list[str]]:
    """By method and address what happened to everybody."""
    found = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        if rule.endpoint in LEFT_OUT:
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            found[method, rule.rule, rule.endpoint] = [
                visits.meet(name, method, address_of(rule, keys)) for name in visits.browsers
            ]
    return found


def table_of(found, names) -> str:
    """The table as it is kept."""
    rows = [
        *HEAD.splitlines(),
        "| | address | " + " | ".join(names) + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for (method, address, _endpoint), met in found.items():
        rows.append(f"| {method} | `{address}` | " + " | ".join(met) + " |")
    return "\n".join(rows) + "\n"


def test_everybody_meets_at_every_address_what_the_table_says(app, visits):
    visits, keys = visits
    found = look(app, visits, keys)
    table = table_of(found, visits.browsers)
    if os.environ.get("WRITE_TABLES"):
        TABLE.write_text(table, encoding="utf-8")

    for (method, address, endpoint), met in found.items():
        is_of_a_talk = address.startswith("/messages/<key>")
        assert is_of_a_talk or endpoint in NOTHING_THERE or set(met) - {"–", "sign in"}, (
            f"{method} {address} is there for nobody: a wrong key?"
        )
    assert table.splitlines() == TABLE.read_text(encoding="utf-8").splitlines()
