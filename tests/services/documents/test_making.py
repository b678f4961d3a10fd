"""Documents: what they need, what is frozen, versions that never go, and nothing of what is a member's own."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from models import Consortium, CostComponent, DocumentKind, Firm, Happening, Membership, Person
from services.consortia import budget, content
from services.consortia.budget import Need
from services.documents import freezing, making
from services.errors import Conflict, Forbidden, NotFound
from services.files import Files
from tests.groups import Group, write
from tests.papers import left_in
from tests.races import race

pytestmark = pytest.mark.both_databases
OWN = 7_319_155


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


@pytest.fixture
def group(db, make):
    return Group(db, make)


def reckon(group) -> None:
    """Costs of every form, a subsidy, the shares by a rule; each member notes what it would pay alone."""
    ids = [firm.id for firm in group.firms]
    forms = {
        ("RESEARCH", "COMMON"): (900_000, None, [Need(), Need(), Need()]),
        ("CERT", "CLUB"): (300_000, None, [Need(), Need(True), Need(True)]),
        ("FAIR_SPACE", "NESTED"): (None, None, [Need(need_minor=n) for n in (400_000, 600_000, 1_000_000)]),
        ("TRAVEL", "OWN"): (None, None, [Need(need_minor=n) for n in (350_001, 150_000, 250_000)]),
        ("FREIGHT", "VOLUME"): (30_000, 62, [Need(quantity=n) for n in (20, 30, 50)]),
    }
    for (code, form), (cost, growth, needs) in forms.items():
        budget.save_component(
            group.db, group.lead, group.consortium, None, code=code, form=form, name=f"my {code}", cost_minor=cost,
            growth_percent=growth, needs=dict(zip(ids, needs, strict=True)),
        )  # fmt: skip
    budget.set_subsidy(group.db, group.lead, group.consortium, 500_000)
    budget.adopt(group.db, group.lead, group.consortium, "shapley")
    for place in group.db.query(Membership):
        budget.set_own_cost(group.db, place, OWN)
    group.db.commit()


def copy(group, kind: str) -> dict:
    return freezing.copy_of(group.db, group.standing, DocumentKind(kind))


def keep(group, files, *, kind="letter", language="pt", version=None, number=1, data=b"%PDF-"):
    person, consortium, firm = group.of(number)
    kind = DocumentKind(kind)
    version = version or making.next_version(group.db, consortium, kind, language)
    found = making.keep(
        group.db, files, person, firm, consortium, kind, language, version=version, copy=copy(group, kind), data=data,
        made_at_utc=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    group.db.commit()
    return found


def lacking(group, kind: str) -> list[str]:
    return [one.code for one in freezing.lacks(group.standing, DocumentKind(kind))]


def test_each_document_names_what_it_lacks_instead_of_having_holes(group):
    assert lacking(group, "letter") == ["has_objective", "enough_members"]
    assert lacking(group, "annex") == ["enough_members", "shares_add_up"]
    assert lacking(group, "regulations") == ["enough_members", "has_regulations"]
    assert lacking(group, "plan") == ["has_objective"]

    group.reach("objective").prepare()
    write(group)

    assert [lacking(group, kind) for kind in DocumentKind] == [[], [], [], []]


def test_a_document_is_a_draft_until_what_it_says_is_decided(group):
    write(group.reach("objective"))
    group.share()
    assert [one["code"] for one in copy(group, "letter")["missing"]] == ["voted_objective", "voted_kind"]
    assert [one["code"] for one in copy(group, "annex")["missing"]] == ["voted_shares"]
    assert [one["code"] for one in copy(group, "regulations")["missing"]] == ["voted_regulations", "all_signed"]

    group.reach_from("objective", "constituted")

    assert [copy(group, kind)["missing"] for kind in DocumentKind] == [[], [], [], []]


def test_the_annex_has_the_limits_of_the_shares(group):
    reckon(group.reach("objective"))
    first, last = group.firms[0], group.firms[2]
    budget.set_limits(group.db, group.lead, group.consortium, {first.id: (100_000, None), last.id: (None, 900_000)})
    group.db.commit()

    assert copy(group, "annex")["limits"] == [[first.name, 100_000, None], [last.name, None, 900_000]]
    assert "limits" not in copy(group, "letter")


def test_the_annex_has_every_figure_that_the_rule_reads_and_shares_to_the_cent(group):
    reckon(group.reach("objective"))
    annex = copy(group, "annex")

    assert (annex["sharing_rule"], annex["subsidy_minor"]) == ("shapley", 500_000)
    assert sum(one["share_minor"] for one in annex["members"]) == annex["budget_minor"]
    assert sum(cost["total_minor"] for cost in annex["costs"]) == annex["budget_minor"] + 500_000
    by_code = {cost["code"]: cost for cost in annex["costs"]}
    assert [part["need_minor"] for part in by_code["TRAVEL"]["parts"]] == [350_001, 150_000, 250_000]
    assert [part["quantity"] for part in by_code["FREIGHT"]["parts"]] == [20, 30, 50]
    assert [part["takes_part"] for part in by_code["CERT"]["parts"]] == [False, True, True]
    assert by_code["FREIGHT"]["growth_percent"] == 62


def test_what_a_member_would_pay_alone_by_its_own_word_is_in_no_document(group, files):
    reckon(group.reach("objective"))
    content.set_regulations(group.db, group.lead, group.consortium, "One firm, one vote.")
    for kind in DocumentKind:
        document = keep(group, files, kind=kind)
        assert "73191" not in json.dumps(document.copy), kind
        assert "alone" not in json.dumps(document.copy), kind


def test_a_cost_that_contradicts_itself_by_now_has_no_total(group):
    reckon(group.reach("objective"))
    club = group.db.query(CostComponent).filter_by(form="CLUB").one()
    for part in club.parts:
        part.takes_part = False
    group.db.commit()

    totals = {cost["code"]: cost["total_minor"] for cost in copy(group, "annex")["costs"]}
    assert totals["CERT"] is None
    assert totals["RESEARCH"] == 900_000


def test_each_version_is_kept_with_its_own_copy_and_file(group, files):
    write(group.reach("objective"))
    first = keep(group, files, data=b"%PDF-1")
    content.set_objective(group.db, group.lead, group.consortium, objective="Sell in France.")
    second = keep(group, files, data=b"%PDF-2")
    english = keep(group, files, language="en")

    assert [(one.version, one.language) for one in (first, second, english)] == [(1, "pt"), (2, "pt"), (1, "en")]
    assert (first.copy["objective"], second.copy["objective"]) == ("Sell in Spain.", "Sell in France.")
    assert [files.read(one.file) for one in (first, second)] == [b"%PDF-1", b"%PDF-2"]
    assert set(making.list_latest(group.db, group.consortium).values()) == {second, english}
    assert making.list_versions(group.db, group.consortium, DocumentKind.LETTER) == [english, second, first]
    last = group.db.query(Happening).order_by(Happening.id.desc()).first()
    assert (last.what, last.facts) == ("document_made", {"kind": "letter", "language": "en", "version": 1})


def test_what_has_changed_since_is_said_by_its_parts(group, files):
    write(group.reach("objective"))
    document = keep(group, files)
    assert making.what_changed(copy(group, "letter"), document) == []

    content.set_objective(group.db, group.lead, group.consortium, objective="Sell in France.", months=36)

    assert making.what_changed(copy(group, "letter"), document) == ["objective", "months"]


def test_of_two_who_make_the_same_version_the_second_is_told(group, files):
    write(group.reach("objective"))
    keep(group, files, version=1)

    with pytest.raises(Conflict):
        keep(group, files, version=1, number=2)
    group.db.rollback()
    assert making.count_versions(group.db, group.consortium) == 1
    assert len(left_in(files)) == 1


def test_of_two_at_one_moment_one_makes_the_version_and_the_other_is_told(group, files, database_url):
    write(group.reach("objective"))
    frozen, kind = copy(group, "letter"), DocumentKind.LETTER
    ids = [(group.owners[n].id, group.firms[n].id, group.consortium.id) for n in (1, 2)]
    group.db.rollback()

    def made(numbers):
        def act(db):
            person, firm, consortium = (
                db.get(what, n) for what, n in zip((Person, Firm, Consortium), numbers, strict=True)
            )
            return making.keep(
                db, files, person, firm, consortium, kind, "pt", version=1, copy=frozen, data=b"%PDF-",
                made_at_utc=dt.datetime.now(dt.UTC),
            ).version  # fmt: skip

        return act

    first, second = race(database_url, *map(made, ids))

    assert first == 1
    assert isinstance(second, Conflict)
    assert making.count_versions(group.db, group.consortium) == 1
    assert len(left_in(files)) == 1


def test_there_is_an_end_to_versions(group, files, monkeypatch):
    write(group.reach("objective"))
    monkeypatch.setattr(making, "MOST_DOCUMENTS", 1)
    keep(group, files)

    with pytest.raises(Forbidden):
        keep(group, files)
    group.db.rollback()
    assert len(left_in(files)) == 1


def test_a_document_of_another_group_is_not_there(group, files, db, make):
    document = keep(write(group.reach("objective")), files)

    with pytest.raises(NotFound):
        making.get_document(db, Group(db, make).consortium, document.key)


def test_who_signed_and_when_is_frozen_and_a_signature_that_holds_no_longer_is_not(group):
    group.reach("constituted")
    signed = copy(group, "regulations")["members"]
    assert [one["signed_by"] for one in signed] == [owner.name for owner in group.owners]
    assert all(one["signed"] for one in signed)

    for place in group.standing.inside:
        place.state = "committed"
    group.db.commit()

    assert [one["signed"] for one in copy(group, "regulations")["members"]] == [None] * 3
