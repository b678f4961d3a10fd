"""The network's pages: list, data, files; who may see them and what stays hidden."""

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import networkx as nx
import pytest

from matching.pairs import cluster
from models import FirmState
from services import network

COFFEE = {"products": [("coffee", "0901")], "targets": [("PRT", 3)], "country": "AGO"}
SHOES = {"products": [("shoes", "6403")], "targets": [("AGO", 3)], "country": "PRT"}
ADDRESSES = ["/network.json", "/network.svg", "/network.graphml", "/network.gexf", "/network/firms.csv",
             "/network/ties.csv", "/network/panel"]  # fmt: skip
FILES = ADDRESSES[1:6]


@pytest.fixture
def firms(make):
    """Four coffee growers and four shoemakers with needs that the others meet."""
    sides = [
        {"offers": ["packaging"], "needs": ["local_agent"]},
        {"offers": ["local_agent"], "needs": ["packaging"]},
    ]
    tea, boots = {"products": [("tea", "0902")]}, {"products": [("boots", "6404")]}
    coffee = [make.firm(f"Café {n}", **{**COFFEE, **sides[n % 2], **(tea if n % 2 else {})}) for n in range(4)]
    shoes = [make.firm(f"Shoes {n}", **{**SHOES, **sides[n % 2], **(boots if n % 2 else {})}) for n in range(4)]
    return coffee, shoes


@pytest.fixture
def owner(make, firms, sign_in):
    """A browser in which somebody of the first coffee grower is signed in."""
    return sign_in(make.owner_of(firms[0][0]))


def payload(browser, address="/network.json"):
    answer = browser.client.get(address, headers={"Accept-Encoding": "gzip", **browser.headers})
    assert answer.status_code == 200
    return json.loads(gzip.decompress(answer.data))


def test_the_page_lists_clusters_then_firms_then_ties(owner):
    page = owner.get("/network")
    name = next(words for href, words in page.links if "cluster=" in href)
    assert "Coffee, tea and spices" in page.text
    assert name.startswith(("Portugal · Coffee", "Angola · Footwear"))

    page = owner.get(next(href for href, words in page.links if "Coffee" in words))
    assert "Café 3" in page.text
    assert "Shoes" not in page.text
    assert "Agent in the market brought by 2 firms" in page.text

    page = owner.get(next(href for href, words in page.links if words == "Café 1"))
    assert "Fit with Café 0" in page.text
    assert "Café 2" in page.text
    assert any(href.startswith("/firms/") and "page" in words for href, words in page.links)


def test_it_says_when_it_was_made_and_from_what(owner):
    text = owner.get("/network").text
    assert "8 firms" in text
    assert "Computed on" in text
    assert "3 best partners" in text


def test_a_change_is_in_it_at_the_next_look(owner, make, db):
    owner.get("/network")
    make.firm("Newcomer", **COFFEE)
    assert "Newcomer" in payload(owner)["firms"]["name"]


def test_a_large_stale_network_is_left_to_the_command(owner, make, app, monkeypatch):
    owner.get("/network")
    monkeypatch.setattr(network, "INLINE_MOST", 3)
    make.firm("Newcomer", **COFFEE)
    assert "Newcomer" not in payload(owner)["firms"]["name"]

    result = app.test_cli_runner().invoke(args=["network", "refresh"])

    assert result.exit_code == 0, result.output
    assert "9 firms" in result.output
    assert "Newcomer" in payload(owner)["firms"]["name"]


def test_the_command_needs_no_further_word(app, firms):
    result = app.test_cli_runner().invoke(args=["network"])
    assert (result.exit_code, "8 firms" in result.output) == (0, True)


def test_a_refresh_that_fails_shows_the_network_before(owner, make, monkeypatch, caplog):
    owner.get("/network")
    make.firm("Newcomer", **COFFEE)

    def break_down(*_):
        raise ValueError("no numbers today")

    monkeypatch.setattr(network, "lay_out", break_down)
    assert "8 firms" in owner.get("/network").text
    assert "could not be made anew" in caplog.text


def test_a_network_that_wants_workers_says_when_there_are_none(app, firms, db, monkeypatch):
    monkeypatch.setattr(network, "INLINE_MOST", 3)
    monkeypatch.setattr(cluster, "PATIENCE", 0.1)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], cluster="tcp://127.0.0.1:9"))

    result = app.test_cli_runner().invoke(args=["network"])

    assert result.exit_code == 1
    assert "no workers at tcp://127.0.0.1:9" in result.output
    assert "left as it is" in result.output
    assert network.find_run(db) is None


def test_a_hidden_firm_is_in_no_page_and_no_file(owner, make, firms, db):
    hidden = make.firm("Hidden Beans", state="submitted", **COFFEE)
    owner.get("/network")
    gone = firms[0][2]
    gone.state = FirmState.RETURNED
    db.commit()
    for address in ["/network?q=café", *ADDRESSES]:
        body = owner.client.get(address, headers=owner.headers).data
        for firm in (hidden, gone):
            assert firm.key.encode() not in body, address
            assert firm.name.encode() not in body, address
    for firm in (hidden, gone):
        owner.get(f"/network?firm={firm.key}", status=404)


@pytest.mark.parametrize("limit", [0, 1000])
def test_a_firm_that_left_is_hidden_whether_or_not_the_network_is_made_anew(owner, firms, db, monkeypatch, limit):
    owner.get("/network")
    monkeypatch.setattr(network, "INLINE_MOST", limit)
    gone = firms[0][2]
    gone.state = FirmState.REJECTED
    db.commit()
    for address in ["/network", *ADDRESSES]:
        assert gone.key.encode() not in owner.client.get(address, headers=owner.headers).data


def test_blocks_are_not_told_by_a_fit_of_zero(owner, make, firms, db):
    mine, other = firms[0][0], firms[0][1]
    before = owner.get(f"/network?firm={other.key}").text
    from services import firms as firm_service

    firm_service.block(db, other, mine)
    db.commit()
    after = owner.get(f"/network?firm={other.key}").text
    score = "Fit with Café 0"
    assert before.split(score)[1][:8] == after.split(score)[1][:8]


def test_people_without_an_approved_firm_see_nothing(make, firms, sign_in):
    browser = sign_in(make.owner_of(make.firm(state="submitted")))
    page = browser.get("/network")
    assert "opens when a moderator has approved" in page.text
    assert "Café" not in page.text
    for address in ADDRESSES:
        browser.get(address, status=404)


def test_staff_and_moderators_see_it_without_a_firm(make, firms, sign_in):
    for role in ("staff", "moderator"):
        browser = sign_in(make.person(role=role))
        assert "Coffee" in browser.get("/network").text
        assert payload(browser)["ours"] is None


def test_visitors_have_to_sign_in(visitor):
    for address in ["/network", *ADDRESSES]:
        answer = visitor.client.get(address)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["Location"]


def test_the_data_are_columns_of_one_length(owner, firms):
    data = payload(owner)
    firm_columns = {len(column) for column in data["firms"].values()}
    assert firm_columns == {8}
    assert {len(column) for column in data["clusters"].values()} == {2}
    assert len(data["ties"]) == 2 * len(data["scores"])
    assert data["firms"]["key"][data["ours"]] == firms[0][0].key
    assert data["matches"] is None
    assert not any(isinstance(value, int) for value in data["firms"]["key"])


def test_the_data_carry_a_tag_that_changes_with_them(owner, make):
    first = owner.client.get("/network.json", headers=owner.headers)
    same = owner.client.get("/network.json", headers={"If-None-Match": first.headers["ETag"], **owner.headers})
    make.firm("Newcomer", **COFFEE)
    later = owner.client.get("/network.json", headers={"If-None-Match": first.headers["ETag"], **owner.headers})
    assert (same.status_code, same.data) == (304, b"")
    assert later.status_code == 200
    assert "private" in first.headers["Cache-Control"]


def test_the_data_come_unpacked_to_who_cannot_unpack(owner):
    answer = owner.client.get("/network.json", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.json["firms"]["name"]


def test_names_are_in_the_readers_language(make, firms, sign_in):
    browser = sign_in(make.owner_of(firms[1][0], locale="fr"))
    assert payload(browser)["countries"] == {"AGO": "Angola", "PRT": "Portugal"}
    english = sign_in(make.owner_of(firms[1][1], locale="en"))
    assert "Angola · Footwear" in payload(english)["clusters"]["name"]


def test_filters_stand_in_the_address_and_hold_for_list_data_and_files(owner):
    page = owner.get("/network?country=AGO")
    assert "4 of 4 firms" in page.text
    assert "Footwear" not in page.text.split("Clusters", 2)[-1].split("Computed")[0]
    data = payload(owner, "/network.json?country=AGO")
    assert [data["firms"]["name"][place] for place in data["matches"]] == [f"Café {n}" for n in range(4)]
    rows = csv.DictReader(io.StringIO(owner.client.get("/network/firms.csv?country=AGO").text.lstrip("\ufeff")))
    assert {row["country"] for row in rows} == {"AGO"}


@pytest.mark.parametrize(
    "query",
    ["market=XXX", "section=ZZZ", "country=%27%22%3E", "page=-4", "page=abc", "page=99999", "level=nowhere",
     "q=%25%5F", "cluster=alone&page=7"],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(owner, query):
    owner.get(f"/network?{query}")
    owner.get(f"/network/panel?{query}")


def test_what_does_not_exist_is_not_found(owner):
    owner.get("/network?cluster=nobody", status=404)
    owner.get("/network?firm=nobody", status=404)


def test_firms_are_found_by_name(owner):
    assert "4 firms called “cafe”" in owner.get("/network?q=cafe").text
    assert "No approved firm" in owner.get("/network?q=zzz").text


def test_graphml_can_be_read_back(owner, firms):
    graph = nx.parse_graphml(owner.client.get("/network.graphml").text)
    assert set(graph) == {firm.key for side in firms for firm in side}
    assert graph.nodes[firms[0][0].key]["label"] == "Café 0"
    assert all(0 < data["weight"] <= 1 for _, _, data in graph.edges(data=True))


def test_a_name_with_odd_characters_breaks_no_file(make, sign_in):
    odd = "<b>\uffff\ufffe\x0b\u202e\"'&]]>"
    firms = [make.firm(f"{odd} {number}", city=odd, targets=[("ESP", 3)]) for number in range(6)]
    client = sign_in(make.owner_of(firms[0])).client

    for address in ("/network.graphml", "/network.gexf", "/network.svg"):
        ET.fromstring(client.get(address).data)


def test_gexf_has_places_and_colours(owner):
    tree = ET.fromstring(owner.client.get("/network.gexf").data)
    names = [element.tag.rpartition("}")[2] for element in tree.iter()]
    assert names.count("node") == names.count("position") == names.count("color") == 8


def test_csv_cells_are_never_formulas(owner, make):
    make.firm('=HYPERLINK("x")', **COFFEE)
    text = owner.client.get("/network/firms.csv").text
    assert "'=HYPERLINK" in text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert len(rows) == 9
    assert rows[0]["cluster_name"] == "Portugal · Coffee, tea and spices"


def test_ties_as_csv_name_both_firms(owner):
    rows = list(csv.DictReader(io.StringIO(owner.client.get("/network/ties.csv").text.lstrip("\ufeff"))))
    assert rows
    assert all(row["first_name"] and row["second_name"] and float(row["score"]) > 0 for row in rows)


def test_the_picture_is_well_formed_and_escapes_names(owner, make):
    make.firm("<script>&", **COFFEE)
    answer = owner.client.get("/network.svg")
    tree = ET.fromstring(answer.data)
    circles = [element for element in tree.iter() if element.tag.endswith("circle") and element.get("r") == "0.6"]
    assert len(circles) == 9
    assert b"style=" not in answer.data
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", FILES)
def test_files_of_an_empty_network_are_whole(make, sign_in, address):
    browser = sign_in(make.person(role="staff"))
    answer = browser.client.get(address)
    assert answer.status_code == 200
    if not address.endswith("csv"):
        ET.fromstring(answer.data)


def test_an_empty_network_says_so(make, sign_in):
    page = sign_in(make.person(role="staff")).get("/network")
    assert "no approved firms yet" in page.text


def test_a_single_firm_is_told_that_it_has_no_ties(make, sign_in):
    firm = make.firm("Only one")
    browser = sign_in(make.owner_of(firm))
    assert "Firms without ties yet" in browser.get("/network").text
    assert "Only one" in browser.get("/network?cluster=alone").text
    assert "No tie yet" in browser.get(f"/network?firm={firm.key}").text


def test_the_page_asks_the_database_a_bounded_number_of_times(owner, make, query_count):
    owner.get("/network")
    with query_count() as few:
        owner.get("/network")
    for _ in range(15):
        make.firm(**COFFEE)
    owner.get("/network")
    with query_count() as many:
        owner.get("/network")
    assert many.count <= few.count + 1
