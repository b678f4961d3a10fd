"""The shipped files: how many rows, which keys, and facts to recognise them by."""

from __future__ import annotations

import csv

import pytest

from reference import countries, distances, hs, indicators, isic, languages, search, trade
from reference.load import FOLDER

ROWS = {
    "blocs.csv": 283,
    "cldr_territories.csv": 250,
    "commodity_headings.csv": 289,
    "countries.csv": 250,
    "country_languages.csv": 1517,
    "factbook_trade_commodities.csv": 2301,
    "factbook_trade_partners.csv": 2307,
    "geodist_pairs.csv": 25200,
    "hs2022.csv": 6939,
    "hs_stages.csv": 5565,
    "imports_by_stage.csv": 1445,
    "language_groups.csv": 675,
    "language_overrides.csv": 3,
    "legal_forms.csv": 46,
    "main_cities.csv": 238,
    "trade_agreements.csv": 4026,
    "world_map.csv": 242,
    "hs6_isic4.csv": 5680,
    "hs_sections.csv": 21,
    "hs_words.csv": 414,
    "isic4.csv": 766,
    "languages.csv": 732,
    "market_indicators_latest.csv": 239,
    "tariffs_wits.csv": 191,
}


@pytest.mark.parametrize("file", sorted(ROWS))
def test_a_file_has_the_rows_its_source_names(file):
    with (FOLDER / file).open(encoding="utf-8", newline="") as handle:
        assert sum(1 for _ in csv.reader(handle)) - 1 == ROWS[file]


def test_every_shipped_file_is_listed_in_the_sources():
    listed = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    shipped = {path.name for path in FOLDER.glob("*.csv")}

    assert shipped == set(ROWS)
    for file in shipped:
        assert f"| {file} | {ROWS[file]:,} |" in listed


def test_countries_have_their_codes_and_names_in_five_languages():
    angola = countries.get_country("AGO")

    assert (angola.iso2, angola.currency, angola.capital) == ("AO", "AOA", "Luanda")
    assert angola.borders == ("COD", "COG", "NAM", "ZMB")
    for country in countries.list_countries("pt"):
        assert all(country.names[locale] for locale in ("pt", "pt_BR", "en", "es", "fr"))


def test_the_letters_na_are_namibia():
    assert countries.get_country("NAM").iso2 == "NA"
    assert countries.read_country("NA") == "NAM"


def test_the_nine_portuguese_speaking_members_are_countries_with_portuguese():
    assert len(countries.CPLP) == 9
    for iso3 in countries.CPLP:
        assert "pt" in [spoken.language for spoken in languages.languages_of(iso3) if spoken.official]


def test_countries_stand_in_the_order_of_their_names_without_accents():
    names = [country.name("pt") for country in countries.list_countries("pt")]

    assert names.index("África do Sul") < names.index("Albânia") < names.index("Brasil")


def test_borders_go_both_ways_and_lead_to_countries():
    for country in countries.list_countries("en"):
        for neighbour in country.borders:
            assert country.iso3 in countries.get_country(neighbour).borders


@pytest.mark.parametrize(
    ("written", "iso3"),
    [("Moçambique", "MOZ"), ("espana", "ESP"), ("Cape Verde", "CPV"), (" bra ", "BRA"), ("nowhere", None)],
)
def test_a_country_is_read_from_what_people_write(written, iso3):
    assert countries.read_country(written) == iso3


def test_a_language_has_its_name_in_each_language():
    assert languages.language_name("pt", "pt") == "português"
    assert languages.language_name("pt", "fr") == "portugais"
    assert languages.language_name("kmb", "en") == "Kimbundu"
    assert languages.language_name("??", "pt") == "??"


def test_the_languages_of_a_country_stand_with_the_most_spoken_first():
    angolan = languages.languages_of("AGO")

    assert angolan[0].language == "pt" and angolan[0].official
    assert angolan[0].share == pytest.approx(0.67)


def test_every_language_of_a_country_is_known():
    for country in countries.list_countries("en"):
        assert all(languages.is_language(spoken.language) for spoken in languages.languages_of(country.iso3))


def test_the_harmonized_system_has_its_levels():
    assert [len(hs.list_codes(level)) for level in (2, 4, 6)] == [97, 1229, 5613]
    assert "77" not in [chapter.code for chapter in hs.chapters()]


def test_every_code_lies_under_its_parent_in_the_same_section():
    for code in hs.list_codes():
        if code.parent:
            assert code.parent == code.code[:-2]
            assert hs.get_code(code.parent).section == code.section


def test_the_sections_hold_all_chapters_but_the_unspecified_one():
    held = [chapter for section in hs.sections() for chapter in section.chapters]

    assert len(hs.sections()) == 21
    assert sorted(held) == [chapter.code for chapter in hs.chapters() if chapter.code != "99"]
    assert hs.sections()[0].title == "Live animals; animal products"


def test_a_code_has_the_name_of_the_reader_s_language_or_says_it_in_english():
    assert hs.hs_name("0901", "pt").startswith("Café")
    assert hs.hs_name("940350", "es") == "Muebles de madera para dormitorios"
    assert hs.hs_name("9403", "es") == hs.hs_name("9403", "fr") == hs.hs_name("9403", "en")
    assert hs.hs_name("0000", "pt") == "0000"


def test_brazil_reads_its_own_terms_and_portugal_reads_both():
    assert hs.hs_name("847130", "pt_BR").endswith("um teclado e uma tela")
    assert hs.hs_name("847130", "pt").endswith("um teclado e uma tela (ecrã)")
    assert not any("*" in name for code in hs.list_codes() for name in code.names.values())


def test_every_label_can_stand_in_a_list():
    for code in hs.list_codes():
        for locale in ("pt", "en"):
            assert 1 < len(hs.hs_label(code.code, locale)) <= 300


@pytest.mark.parametrize(("written", "code"), [("09.01", "0901"), ("0901.21", "090121"), ("banana", None)])
def test_a_code_is_read_from_what_people_write(written, code):
    assert hs.read_code(written) == code


def test_activities_have_their_four_levels_and_translations_where_there_are_any():
    levels = [len(isic.list_activities(level)) for level in ("section", "division", "group", "class")]

    assert levels == [21, 88, 238, 419]
    assert isic.get_activity("011").name("pt") == "Culturas temporárias"
    assert isic.get_activity("A").name("pt") == "Agricultura, floresta e pesca"


def test_a_product_has_the_activity_that_makes_it():
    assert isic.find_maker("640351").code == "1520"
    assert isic.find_maker("000000") is None
    assert sum(isic.find_maker(code.code) is not None for code in hs.list_codes(6)) > 5500


def test_a_distance_is_the_same_both_ways():
    assert distances.distance_km("AGO", "PRT") == distances.distance_km("PRT", "AGO") == 5957.0
    assert distances.find_pair("AGO", "PRT") is distances.find_pair("PRT", "AGO")
    assert distances.find_pair("AGO", "PRT").colony
    assert distances.find_pair("AGO", "NAM").contiguous


def test_a_country_outside_the_table_is_measured_between_capitals():
    assert distances.find_pair("MNE", "AGO") is None
    assert 5500 < distances.distance_km("MNE", "AGO") < 6000
    assert distances.distance_km("ATA", "AGO") is None


def test_figures_have_a_value_a_year_and_a_unit():
    figure = indicators.find_figure("AGO", "population")

    assert (figure.value, figure.year) == (39040039.0, 2025)
    assert indicators.INDICATORS["population"].unit == "persons"
    assert indicators.find_figure("CPV", "lpi_overall") is None
    assert indicators.find_figure("MOZ", "lpi_overall").year == 2016


def test_tariffs_may_be_taken_away(monkeypatch, tmp_path):
    assert indicators.find_figure("AGO", "tariff_weighted_all_pct").value == 7.68

    monkeypatch.setattr(indicators, "FOLDER", tmp_path)
    indicators._figures.cache_clear()

    assert indicators.find_figure("AGO", "tariff_weighted_all_pct") is None
    indicators._figures.cache_clear()


def test_the_foremost_goods_and_partners_of_a_country():
    goods = trade.list_commodities("CPV")
    partners = trade.list_partners("AGO")

    assert [good.name for good in goods][:2] == ["fish", "refined petroleum"]
    assert goods[0].headings == ("0302", "0303", "0304")
    assert (partners[0].iso3, partners[0].share) == ("CHN", 0.4)


def test_every_heading_of_our_own_tables_exists():
    for headings in trade.headings_by_commodity().values():
        assert all(hs.is_code(heading) for heading in headings)
    assert all(hs.is_code(code) for code in search.everyday_words())


def test_every_good_of_the_factbook_is_in_the_table_of_headings():
    known = trade.headings_by_commodity()
    for country in countries.list_countries("en"):
        for flow in ("export", "import"):
            assert all(good.name in known for good in trade.list_commodities(country.iso3, flow))
