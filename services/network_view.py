"""What a person may see of the network: clusters, their members, a firm's ties, the whole drawing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.network.layout import disc_radius
from matching.network.naming import ClusterName
from matching.score import score_pair
from models import Cluster, Firm, Place, Product, TargetMarket, Tie, fold, search_words
from reference.hs import sections
from services import site
from services.errors import NotFound
from services.firm_names import NAME_SIGNS
from services.paging import count_pages, nearest_page
from services.profiles import load_profiles, without_secrets

PER_PAGE = 20


@dataclass(frozen=True)
class Filters:
    """Which firms a person wants to see; empty text means all."""

    market: str = ""
    country: str = ""
    section: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What a firm must fulfil."""
        found = []
        if self.country:
            found.append(Firm.country == self.country)
        if self.market:
            wanted = sa.select(TargetMarket.firm_id).where(TargetMarket.country == self.market)
            found.append(Firm.id.in_(wanted))
        if self.section:
            chapters = {one.number: one.chapters for one in sections()}.get(self.section, ())
            sold = sa.select(Product.firm_id).where(sa.func.substr(Product.hs, 1, 2).in_(chapters))
            found.append(Firm.id.in_(sold))
        return found

    def __bool__(self) -> bool:
        return bool(self.market or self.country or self.section)


@dataclass(frozen=True)
class ClusterView:
    """A cluster as it is shown. `facts` are None while a member that left is still counted in them."""

    id: int
    key: str
    name: ClusterName
    colour: int
    x: float
    y: float
    radius: float
    size: int
    matching: int
    facts: dict | None

    @property
    def swatch(self) -> int:
        """Number of its colour in the style sheet."""
        return self.colour + 1


@dataclass(frozen=True)
class FirmLine:
    """A firm in a list: a member of a cluster, a partner, or a firm that was found."""

    id: int
    key: str
    name: str
    country: str
    city: str
    certainty: float
    cluster: ClusterView | None
    products: list[str] = field(default_factory=list)
    chapters: list[str] = field(default_factory=list)
    ties: int = 0
    score: float | None = None


@dataclass(frozen=True)
class ListPage:
    """One page of a list that may be long."""

    items: list
    total: int
    page: int

    @property
    def pages(self) -> int:
        return count_pages(self.total, PER_PAGE)


def list_clusters(db: Session, filters: Filters = Filters()) -> list[ClusterView]:  # noqa: B008 - frozen
    """All clusters with members that may be shown, those with the most that match first."""
    shown = sa.and_(Firm.is_approved, *filters.conditions())
    matching = sa.func.count().filter(shown)
    allowed = sa.func.count().filter(Firm.is_approved)
    rows = db.execute(
        sa.select(Cluster, allowed, sa.func.count() - allowed, matching)
        .join(Place, Place.cluster_id == Cluster.id)
        .join(Firm, Firm.id == Place.firm_id)
        .group_by(Cluster.id)
    )
    views = [_view(row, size, gone, found) for row, size, gone, found in rows if size]
    return sorted(views, key=lambda view: (-view.matching, -view.size, view.id))


def _view(row: Cluster, size: int, gone: int, matching: int) -> ClusterView:
    name = ClusterName(row.market or None, row.chapter or None, row.facts.get("country"), row.facts.get("number"))
    return ClusterView(
        id=row.id,
        key=row.key,
        name=name,
        colour=row.colour,
        x=row.x,
        y=row.y,
        radius=disc_radius(row.size),
        size=size,
        matching=matching,
        facts=None if gone else row.facts,
    )


def get_cluster(db: Session, key: str) -> ClusterView:
    """One cluster. Raises NotFound."""
    found = [view for view in list_clusters(db) if view.key == key]
    if not found:
        raise NotFound("cluster")
    return found[0]


def count_alone(db: Session, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many firms have no tie yet."""
    query = sa.select(sa.func.count()).select_from(Place).join(Firm, Firm.id == Place.firm_id)
    return db.scalar(query.where(Firm.is_approved, Place.cluster_id.is_(None), *filters.conditions()))


def list_members(db: Session, cluster_id: int | None, filters: Filters, page: int = 1) -> ListPage:
    """Members of a cluster, the surest first; with None, the firms without ties, by name."""
    inside = Place.cluster_id == cluster_id if cluster_id is not None else Place.cluster_id.is_(None)
    order = (Place.certainty.desc(), Firm.name_folded, Firm.id)
    return _firm_page(db, [inside, *filters.conditions()], order, page)


def find_firms(db: Session, words: str, filters: Filters, page: int = 1) -> ListPage:
    """Firms of the network in whose name each of the words begins a word, those that begin with them first."""
    folded = fold(words)
    padded = " " + Firm.name_folded
    for sign in NAME_SIGNS:
        padded = sa.func.replace(padded, sign, " ")
    holds = [padded.contains(" " + word, autoescape=True) for word in search_words(words)] or [sa.false()]
    begins = Firm.name_folded.startswith(folded, autoescape=True)
    order = (sa.case((begins, 0), else_=1), Firm.name_folded, Firm.id)
    return _firm_page(db, [*holds, *filters.conditions()], order, page)


def _firm_page(db: Session, conditions: list, order: tuple, page: int) -> ListPage:
    base = sa.select(Firm, Place).join(Place, Place.firm_id == Firm.id).where(Firm.is_approved, *conditions)
    total = db.scalar(base.with_only_columns(sa.func.count()))
    page = nearest_page(page, total, PER_PAGE)
    rows = db.execute(base.order_by(*order).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return ListPage(_lines(db, [(firm, place, None) for firm, place in rows]), total, page)


def cut(items: list, page: int) -> ListPage:
    """One page of a list that is there as a whole."""
    page = nearest_page(page, len(items), PER_PAGE)
    return ListPage(items[(page - 1) * PER_PAGE : page * PER_PAGE], len(items), page)


def get_place(db: Session, key: str) -> FirmLine:
    """One firm of the network. Raises NotFound when it is not in it, or may not be shown."""
    query = sa.select(Firm, Place).join(Place, Place.firm_id == Firm.id).where(Firm.is_approved, Firm.key == key)
    row = db.execute(query).first()
    if row is None:
        raise NotFound("firm")
    return _lines(db, [(row[0], row[1], None)])[0]


def list_partners(db: Session, firm_id: int, page: int = 1) -> ListPage:
    """The firms that a firm is tied to, the best first."""
    ends = ((Tie.first_id, Tie.second_id), (Tie.second_id, Tie.first_id))
    parts = [sa.select(there.label("other"), Tie.score.label("score")).where(here == firm_id) for here, there in ends]
    ties = sa.union_all(*parts).subquery()
    base = (
        sa.select(Firm, Place, ties.c.score)
        .join(ties, ties.c.other == Firm.id)
        .join(Place, Place.firm_id == Firm.id)
        .where(Firm.is_approved)
    )
    total = db.scalar(base.with_only_columns(sa.func.count()))
    page = nearest_page(page, total, PER_PAGE)
    order = (ties.c.score.desc(), Firm.name_folded, Firm.id)
    rows = db.execute(base.order_by(*order).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return ListPage(_lines(db, list(rows)), total, page)


def _lines(db: Session, rows: list) -> list[FirmLine]:
    ids = [firm.id for firm, _, _ in rows]
    if not ids:
        return []
    clusters = {view.id: view for view in list_clusters(db)}
    products, ties = defaultdict(list), _count_ties(db, ids)
    query = sa.select(Product.firm_id, Product.words, Product.hs).where(Product.firm_id.in_(ids))
    for firm_id, words, hs in db.execute(query.order_by(Product.position, Product.id)):
        products[firm_id].append((words, hs))
    return [
        FirmLine(
            id=firm.id,
            key=firm.key,
            name=firm.name,
            country=firm.country,
            city=firm.city,
            certainty=place.certainty,
            cluster=clusters.get(place.cluster_id),
            products=[words for words, _ in products[firm.id]],
            chapters=list(dict.fromkeys(hs[:2] for _, hs in products[firm.id] if hs)),
            ties=ties[firm.id],
            score=score,
        )
        for firm, place, score in rows
    ]


def _count_ties(db: Session, ids: Iterable[int]) -> Counter[int]:
    """Ties of each firm to firms that may be shown."""
    found: Counter[int] = Counter()
    ids = list(ids)
    for here, there in ((Tie.first_id, Tie.second_id), (Tie.second_id, Tie.first_id)):
        query = sa.select(here, sa.func.count()).join(Firm, Firm.id == there)
        found.update(dict(db.execute(query.where(Firm.is_approved, here.in_(ids)).group_by(here)).all()))
    return found


@dataclass(frozen=True)
class Options:
    """What occurs among the shown firms: what the filters may offer."""

    markets: list[str]
    countries: list[str]
    sections: list[str]


def list_options(db: Session) -> Options:
    """Markets, countries and sections that occur."""
    chapter = sa.func.substr(Product.hs, 1, 2)
    query = sa.select(chapter).join(Firm, Firm.id == Product.firm_id).where(Firm.is_approved, Product.hs != "")
    sold = set(db.scalars(query.distinct()))
    return Options(
        site.list_markets(db),
        site.list_countries(db),
        [one.number for one in sections() if sold.intersection(one.chapters)],
    )


@dataclass(frozen=True)
class Drawing:
    """The whole network as columns: what the browser draws and what is exported."""

    clusters: list[ClusterView]
    keys: list[str]
    names: list[str]
    countries: list[str]
    cities: list[str]
    xs: list[float]
    ys: list[float]
    cluster_of: list[int]
    """Position in `clusters`, -1 for firms without ties."""
    certainty: list[float]
    matches: list[bool]
    ties: list[tuple[int, int, float]]
    """Positions of two firms, and the score of the pair."""

    def only_matching(self) -> Drawing:
        """Leave out firms that the filters leave out, and their ties."""
        kept = [place for place, matches in enumerate(self.matches) if matches]
        new = {place: number for number, place in enumerate(kept)}
        columns = ("keys", "names", "countries", "cities", "xs", "ys", "cluster_of", "certainty", "matches")
        return Drawing(
            clusters=self.clusters,
            ties=[(new[a], new[b], score) for a, b, score in self.ties if a in new and b in new],
            **{name: [getattr(self, name)[place] for place in kept] for name in columns},
        )


def load_drawing(db: Session, filters: Filters = Filters()) -> Drawing:  # noqa: B008 - frozen
    """Everything that is drawn: every shown firm, and which of them match."""
    clusters = list_clusters(db, filters)
    number = {view.id: place for place, view in enumerate(clusters)}
    matches = sa.and_(*filters.conditions()) if filters else sa.true()
    rows = db.execute(
        sa.select(
            Firm.id, Firm.key, Firm.name, Firm.country, Firm.city,
            Place.x, Place.y, Place.cluster_id, Place.certainty, matches,
        )
        .join(Place, Place.firm_id == Firm.id)
        .where(Firm.is_approved)
        .order_by(Firm.id)
    ).all()  # fmt: skip
    place_of = {row[0]: place for place, row in enumerate(rows)}
    columns = list(zip(*rows, strict=True)) if rows else [()] * 10
    ties = db.execute(sa.select(Tie.first_id, Tie.second_id, Tie.score).order_by(Tie.first_id, Tie.second_id))
    return Drawing(
        clusters=clusters,
        keys=list(columns[1]),
        names=list(columns[2]),
        countries=list(columns[3]),
        cities=list(columns[4]),
        xs=list(columns[5]),
        ys=list(columns[6]),
        cluster_of=[number.get(cluster, -1) for cluster in columns[7]],
        certainty=list(columns[8]),
        matches=[bool(match) for match in columns[9]],
        ties=[(place_of[a], place_of[b], score) for a, b, score in ties if a in place_of and b in place_of],
    )


def find_fit(db: Session, firm_id: int, other_id: int) -> float | None:
    """How well two firms fit, None where too little is known or they are the same.

    Secrets are left out of the sum, so that nobody learns of a block from a score of 0.
    """
    if firm_id == other_id:
        return None
    found = load_profiles(db, Firm.id.in_((firm_id, other_id)), Firm.is_approved)
    if len(found) < 2:
        return None
    one, other = map(without_secrets, found.values())
    return score_pair(one, other).score or None
