"""The network: who is in it, when it is made anew, what stays from run to run."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matching import PartnerMatcher, Profile
from models import Cluster, Firm, FirmState, NetworkRun, Place, Tie
from services import network, network_view
from services.errors import NotFound
from services.network_view import Filters

COFFEE = {"products": [("coffee", "0901")], "targets": [("PRT", 3)], "country": "AGO"}
SHOES = {"products": [("shoes", "6403")], "targets": [("AGO", 3)], "country": "PRT"}


def refresh(db):
    run = network.refresh(db)
    db.commit()
    return run


@pytest.fixture
def two_trades(make):
    """Six growers of coffee and tea and six shoemakers: partners among themselves, although each is at home where
    the others want to sell."""
    other = [{"offers": ["packaging"], "needs": ["local_agent"]}, {"offers": ["local_agent"], "needs": ["packaging"]}]
    tea, boots = {"products": [("tea", "0902")]}, {"products": [("boots", "6404")]}
    coffee = [make.firm(f"Coffee {n}", **{**COFFEE, **other[n % 2], **(tea if n % 2 else {})}) for n in range(6)]
    shoes = [make.firm(f"Shoes {n}", **{**SHOES, **other[n % 2], **(boots if n % 2 else {})}) for n in range(6)]
    return coffee, shoes


def test_workers_help_only_where_there_are_many_firms(monkeypatch):
    asked = []

    class Matcher(PartnerMatcher):
        def __init__(self, *, workers, **how):
            asked.append(workers)
            super().__init__(**how)

    monkeypatch.setattr(network, "PartnerMatcher", Matcher)
    monkeypatch.setattr(network, "INLINE_MOST", 2)
    firms = {id: Profile(id, employees=3) for id in "abc"}
    few = {id: firms[id] for id in "ab"}
    assert set(network.best_partners(few, 2)) == {"a", "b"}
    assert set(network.best_partners(firms, 2)) == {"a", "b", "c"}
    assert asked == [None, 2]


@pytest.mark.both_databases
def test_refresh_stores_every_approved_firm_with_ties_and_clusters(db, two_trades):
    run = refresh(db)
    assert (run.firms, db.scalar(sa.select(sa.func.count(Place.firm_id)))) == (12, 12)
    assert run.ties == db.scalar(sa.select(sa.func.count(Tie.first_id))) > 0
    assert run.clusters == db.scalar(sa.select(sa.func.count(Cluster.id))) > 0
    assert run.parameters["neighbours"] == 3
    assert dt.datetime.now(dt.UTC) - run.made_at_utc < dt.timedelta(minutes=1)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_a_firm_that_is_not_approved_is_nowhere(db, make, two_trades, state):
    hidden = make.firm("Hidden", state=state, **COFFEE)
    refresh(db)
    assert db.get(Place, hidden.id) is None
    assert not db.scalar(sa.select(sa.exists().where((Tie.first_id == hidden.id) | (Tie.second_id == hidden.id))))
    assert "Hidden" not in network_view.load_drawing(db).names
    with pytest.raises(NotFound):
        network_view.get_place(db, hidden.key)


@pytest.mark.both_databases
def test_a_firm_that_loses_its_approval_is_gone_at_once_although_the_network_is_old(db, two_trades):
    refresh(db)
    gone = two_trades[0][0]
    partner = network_view.list_partners(db, gone.id).items[0]
    ties_before = partner.ties
    cluster = partner.cluster
    gone.state = FirmState.RETURNED
    db.commit()

    drawing = network_view.load_drawing(db)

    assert gone.key not in drawing.keys
    assert all(max(a, b) < len(drawing.keys) for a, b, _ in drawing.ties)
    assert network_view.get_place(db, partner.key).ties == ties_before - 1
    assert gone.id not in [line.id for line in network_view.list_partners(db, partner.id).items]
    assert not network_view.find_firms(db, gone.name, Filters()).items
    now = network_view.get_cluster(db, cluster.key)
    assert now.size == cluster.size - 1
    assert now.facts is None, "facts that still count the firm must not be shown"
    with pytest.raises(NotFound):
        network_view.get_place(db, gone.key)


def test_the_drawing_says_nothing_of_a_firm_that_left_by_gaps_in_its_numbers(db, two_trades):
    refresh(db)
    two_trades[0][2].state = FirmState.REJECTED
    db.commit()
    drawing = network_view.load_drawing(db)
    assert len(drawing.keys) == len(drawing.names) == len(drawing.xs) == len(drawing.cluster_of) == 11


def test_it_is_stale_when_a_firm_comes_goes_or_changes(db, make, two_trades):
    run = refresh(db)
    assert not network.is_stale(db, run)
    new = make.firm(**COFFEE)
    assert network.is_stale(db, run)
    run = refresh(db)
    assert not network.is_stale(db, run)
    make.firm(state="draft")
    assert not network.is_stale(db, run)
    new.state = FirmState.RETURNED
    db.commit()
    assert network.is_stale(db, run)


def test_without_any_run_it_is_stale(db):
    assert network.is_stale(db, network.find_run(db))


@pytest.mark.both_databases
def test_no_firms_make_an_empty_network(db):
    run = refresh(db)
    assert (run.firms, run.ties, run.clusters, run.modularity) == (0, 0, 0, None)
    assert network_view.load_drawing(db).keys == []
    assert network_view.list_clusters(db) == []


def test_a_single_firm_has_a_place_and_no_cluster(db, make):
    firm = make.firm()
    refresh(db)
    assert network_view.get_place(db, firm.key).cluster is None
    assert network_view.count_alone(db) == 1


def test_clusters_keep_id_key_colour_and_place(db, make, two_trades):
    refresh(db)
    before = {view.id: view for view in network_view.list_clusters(db)}
    make.firm("Newcomer", **COFFEE, offers=["packaging"], needs=["local_agent"])
    refresh(db)
    after = {view.id: view for view in network_view.list_clusters(db)}
    assert set(before) == set(after)
    for key, view in before.items():
        assert (view.key, view.colour, view.name) == (after[key].key, after[key].colour, after[key].name)


def test_a_number_of_a_cluster_that_is_gone_is_not_given_again(db, make, two_trades):
    coffee, shoes = two_trades
    refresh(db)
    first = {view.id for view in network_view.list_clusters(db)}
    for firm in [*coffee, *shoes]:
        firm.state = FirmState.RETURNED
    db.commit()
    refresh(db)
    assert network_view.list_clusters(db) == []
    for firm in shoes:
        firm.state = FirmState.APPROVED
    db.commit()
    refresh(db)
    assert first.isdisjoint(view.id for view in network_view.list_clusters(db))


@pytest.mark.both_databases
def test_a_refresh_that_fails_leaves_the_network_before(db, two_trades, monkeypatch):
    run = refresh(db)
    places = db.execute(sa.select(Place.firm_id, Place.x)).all()

    def break_down(*_):
        raise RuntimeError("half-way")

    monkeypatch.setattr(network, "_store_clusters", break_down)
    with pytest.raises(RuntimeError):
        network.refresh(db)
    db.commit()
    assert network.find_run(db).id == run.id
    assert db.execute(sa.select(Place.firm_id, Place.x)).all() == places


def test_of_two_that_were_begun_together_the_first_stays(db, two_trades):
    one, other = network.compute(db), network.compute(db)
    first = network.store(db, one)
    assert network.store(db, other).id == first.id
    assert db.scalar(sa.select(sa.func.count(NetworkRun.id))) == 1


@pytest.mark.both_databases
def test_a_firm_that_goes_while_the_network_is_made_is_left_out(db, two_trades):
    computed = network.compute(db)
    gone = two_trades[0][0]
    db.delete(db.get(Firm, gone.id))
    db.commit()
    assert network.store(db, computed).firms == 11


def test_the_same_firms_make_the_same_network(db, two_trades):
    refresh(db)
    first = [db.execute(sa.select(Place.firm_id, Place.cluster_id, Place.x, Place.y)).all()]
    refresh(db)
    assert first == [db.execute(sa.select(Place.firm_id, Place.cluster_id, Place.x, Place.y)).all()]


def test_clusters_are_named_by_what_their_members_share(db, two_trades):
    refresh(db)
    names = {(view.name.market, view.name.chapter) for view in network_view.list_clusters(db)}
    assert names == {("PRT", "09"), ("AGO", "64")}


def test_filters_by_market_country_and_section(db, two_trades):
    refresh(db)
    for filters in (Filters(market="PRT"), Filters(country="AGO"), Filters(section="II")):
        drawing = network_view.load_drawing(db, filters).only_matching()
        assert sorted(drawing.names) == [f"Coffee {n}" for n in range(6)]
        assert all(drawing.names[a].startswith("Coffee") for a, _, _ in drawing.ties)
        assert [view.matching for view in network_view.list_clusters(db, filters)] == [6, 0]
    assert not network_view.load_drawing(db, Filters(market="PRT", country="PRT")).only_matching().keys


def test_the_filters_offer_what_occurs(db, make, two_trades):
    make.firm(state="draft", country="BRA", targets=[("USA", 3)], products=[("cars", "8703")])
    options = network_view.list_options(db)
    assert options.countries == ["AGO", "PRT"]
    assert options.markets == ["AGO", "PRT"]
    assert options.sections == ["II", "XII"]


def test_firms_are_found_by_words_of_their_name_without_accents(db, make):
    firm = make.firm("Calçados São João", **SHOES)
    make.firm("Outros Calçados", **SHOES)
    refresh(db)
    assert [line.id for line in network_view.find_firms(db, "joao calcados", Filters()).items] == [firm.id]
    assert [line.name for line in network_view.find_firms(db, "calcados", Filters()).items] == [
        "Calçados São João",
        "Outros Calçados",
    ]
    assert network_view.find_firms(db, "100%", Filters()).items == []
    assert network_view.find_firms(db, "alcados", Filters()).items == []
    assert network_view.find_firms(db, "%", Filters()).items == []


def test_lists_are_paged_and_a_page_beyond_the_end_is_the_last(db, make):
    for _ in range(network_view.PER_PAGE + 3):
        make.firm(**COFFEE, offers=[], needs=[])
    refresh(db)
    first = network_view.find_firms(db, "firm", Filters())
    last = network_view.find_firms(db, "firm", Filters(), page=99)
    assert (len(first.items), len(last.items), last.page, last.pages) == (network_view.PER_PAGE, 3, 2, 2)
