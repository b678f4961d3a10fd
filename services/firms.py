"""Firms: born without duplicates, saved section by section, found again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from models import (
    Appeal,
    BarrierState,
    Block,
    Certificate,
    Deed,
    Firm,
    FirmCapability,
    FirmChangeCase,
    FirmLanguage,
    FirmLink,
    FirmState,
    FirmTag,
    KnownMarket,
    MarketBarrier,
    Person,
    Post,
    PostRole,
    Product,
    Proof,
    Report,
    TargetMarket,
    fold,
    now_utc,
)
from services import audit, readiness, suspension_traces
from services.consortia.members import remove_firm
from services.errors import Conflict, NotFound
from services.firm_names import NAME_SIGNS, bare_name, fold_tax_number
from services.moderation import changes, desk
from services.search_text import words_of

PARTS = (
    Firm.products, Firm.target_markets, Firm.known_markets, Firm.languages, Firm.certificates,
    Firm.capabilities, Firm.tags, Firm.links, Firm.blocks,
)  # fmt: skip
"""What a whole profile consists of besides the firm's own row."""


def _has_bare_name(name: str) -> sa.ColumnElement[bool]:
    bare = Firm.name_folded
    for sign in NAME_SIGNS:
        bare = sa.func.replace(bare, sign, "")
    return bare == bare_name(name)


def get_firm(db: Session, key: str) -> Firm:
    """The firm with this key. Raises NotFound."""
    firm = db.scalar(sa.select(Firm).where(Firm.key == key))
    if firm is None:
        raise NotFound("firm")
    return firm


def load_whole(db: Session, *conditions) -> list[Firm]:
    """Firms with every part of their profile, in few queries, by id."""
    query = sa.select(Firm).where(*conditions).order_by(Firm.id)
    return list(db.scalars(query.options(*(selectinload(part) for part in PARTS))))


def find_duplicates(
    db: Session, *, name: str, country: str, tax_number: str = "", except_id: int | None = None
) -> list[Firm]:
    """Firms that may be the same: equal tax number, or the same bare name, in one country."""
    same = [_has_bare_name(name)]
    if tax_folded := fold_tax_number(tax_number, country):
        same.append(Firm.tax_number_folded == tax_folded)
    query = sa.select(Firm).where(Firm.country == country, sa.or_(*same)).order_by(Firm.id)
    return [firm for firm in db.scalars(query) if firm.id != except_id]


def create_firm(
    db: Session, person: Person | None, *, name: str, country: str, tax_number: str = "", **identity: Any
) -> Firm:
    """A new draft, owned by the person. Raises Conflict when the tax number is taken."""
    firm = Firm(name="", name_folded="", country=country)
    set_identity(db, firm, name=name, country=country, tax_number=tax_number, **identity)
    if person is not None:
        db.add(Post(person_id=person.id, firm_id=firm.id, role=PostRole.OWNER))
        db.flush()
    return firm


IDENTITY = (
    "city", "founded_year", "employees", "turnover_band", "website", "about", "contact_name", "contact_email",
    "contact_phone", "can_sign",
)  # fmt: skip


def set_identity(db: Session, firm: Firm, *, name: str, country: str, tax_number: str = "", **identity: Any) -> None:
    """Set who the firm is. Raises Conflict when another firm has the tax number."""
    unknown = set(identity) - set(IDENTITY)
    if unknown:
        raise TypeError(f"not part of an identity: {sorted(unknown)}")
    changes.before_change(db, firm)
    try:
        with db.begin_nested():
            firm.name, firm.name_folded, firm.country = name.strip(), fold(name), country
            firm.tax_number, firm.tax_number_folded = tax_number.strip(), fold_tax_number(tax_number, country)
            for field, value in identity.items():
                setattr(firm, field, value)
            db.add(firm)
    except IntegrityError as error:
        raise Conflict("tax_number") from error
    touch(db, firm)
    changes.after_change(db, firm)


def set_products(db: Session, firm: Firm, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace the products; rows have words, hs, tier, segment, monthly_capacity, pools."""
    firm.products = [Product(position=position, **row) for position, row in enumerate(rows)]
    touch(db, firm)


def set_target_markets(db: Session, firm: Firm, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace the markets wanted; rows have country, priority, horizon, budget_eur."""
    _replace(db, firm, "target_markets", [TargetMarket(**row) for row in rows])
    readiness.rescore(db, firm)


def set_known_markets(db: Session, firm: Firm, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace the markets known; rows have country, experience, has_office."""
    _replace(db, firm, "known_markets", [KnownMarket(**row) for row in rows])


def set_languages(db: Session, firm: Firm, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace the languages; rows have language, level."""
    _replace(db, firm, "languages", [FirmLanguage(**row) for row in rows])


def set_certificates(db: Session, firm: Firm, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace the certificates; rows have name, valid_until."""
    _replace(db, firm, "certificates", [Certificate(**row, name_folded=fold(row["name"])) for row in rows])


def set_capabilities(
    db: Session,
    firm: Firm,
    *,
    offers: Iterable[str],
    needs: Iterable[str],
    offers_text: str = "",
    needs_text: str = "",
) -> None:
    """Replace what the firm offers and what it looks for."""
    rows = [FirmCapability(kind="offer", capability=code) for code in sorted(set(offers))]
    rows += [FirmCapability(kind="need", capability=code) for code in sorted(set(needs))]
    firm.offers_text, firm.needs_text = offers_text, needs_text
    _replace(db, firm, "capabilities", rows)


def set_ways(
    db: Session,
    firm: Firm,
    *,
    objectives: Iterable[str],
    norms: Iterable[str],
    links: Iterable[tuple[str, str]] = (),
    sole_brand: bool = False,
    accepts_coopetition: bool = False,
) -> None:
    """Replace objectives, working norms and links; a link is (kind, name), and one that stays keeps its day."""
    rows = [FirmTag(kind="objective", tag=tag) for tag in sorted(set(objectives))]
    rows += [FirmTag(kind="norm", tag=tag) for tag in sorted(set(norms))]
    firm.sole_brand, firm.accepts_coopetition = sole_brand, accepts_coopetition
    firm.links = make_links(firm, links)
    _replace(db, firm, "tags", rows)


def make_links(firm: Firm, links: Iterable[tuple[str, str]]) -> list[FirmLink]:
    """Links to take the place of the firm's; what it has said before keeps its day."""
    since = {(link.kind, link.name_folded): link.declared_at_utc for link in firm.links}
    now = now_utc()
    return [
        FirmLink(kind=kind, name=name, name_folded=fold(name), declared_at_utc=since.get((kind, fold(name)), now))
        for kind, name in links
    ]


def _replace(db: Session, firm: Firm, part: str, rows: list) -> None:
    # The old rows go first: the new ones may have their keys.
    getattr(firm, part).clear()
    db.flush()
    getattr(firm, part).extend(rows)
    touch(db, firm)


def touch(db: Session, firm: Firm) -> None:
    """Note that the firm changed, and renew what it is found by."""
    firm.changed_at_utc = now_utc()
    db.flush()
    firm.search_text = words_of(firm)
    db.flush()


def list_firms_of(db: Session, person: Person) -> list[Firm]:
    """The firms that a person acts for, by name."""
    query = sa.select(Firm).join(Post).where(Post.person_id == person.id).order_by(Firm.name_folded, Firm.id)
    return list(db.scalars(query))


def list_people_of(db: Session, firm: Firm) -> list[Post]:
    """The posts of a firm, owners first."""
    query = (
        sa.select(Post).join(Person).where(Post.firm_id == firm.id)
        .order_by(Post.role.desc(), Person.name, Person.id).options(selectinload(Post.person))
    )  # fmt: skip
    return list(db.scalars(query))


def find_by_name(db: Session, words: str, *, limit: int = 20) -> list[Firm]:
    """Approved firms whose name contains the words."""
    pattern = "%".join(["", *fold(words).replace("\\", "").replace("%", "").replace("_", "\\_").split(), ""])
    query = sa.select(Firm).where(Firm.is_approved, Firm.name_folded.like(pattern, escape="\\"))
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id).limit(limit)))


def list_by_keys(db: Session, keys: Collection[str]) -> list[Firm]:
    """The approved firms with these keys, whole."""
    return load_whole(db, Firm.key.in_(keys), Firm.is_approved) if keys else []


def list_named(db: Session, words: Sequence[str]) -> list[Firm]:
    """The approved firms that these words, keys or whole names, could mean; by name."""
    means = sa.or_(Firm.key.in_(words), Firm.name_folded.in_([fold(word) for word in words]))
    return list(db.scalars(sa.select(Firm).where(Firm.is_approved, means).order_by(Firm.name_folded, Firm.id)))


def list_blocked(db: Session, firm: Firm) -> list[Firm]:
    """The firms that this one will not work with, by name."""
    query = sa.select(Firm).join(Block, Block.blocked_id == Firm.id).where(Block.firm_id == firm.id)
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id)))


def block(db: Session, firm: Firm, other: Firm) -> None:
    """Note that the firm will not work with the other."""
    if all(block.blocked_id != other.id for block in firm.blocks):
        firm.blocks.append(Block(blocked_id=other.id))
        touch(db, firm)


def unblock(db: Session, firm: Firm, other: Firm) -> None:
    """Take that back."""
    firm.blocks[:] = [block for block in firm.blocks if block.blocked_id != other.id]
    touch(db, firm)


def delete_firm(db: Session, firm: Firm, person: Person | None = None) -> None:
    """Delete the firm with everything that belongs to it; what it published on markets stays without its name.

    Groups in which it was go on without it, by the rules for members who leave. A suspended firm is recognised when
    it comes again (`services.suspension_traces`).
    """
    unpublished = (MarketBarrier.firm_id == firm.id, MarketBarrier.state != BarrierState.PUBLISHED)
    db.execute(sa.delete(MarketBarrier).where(*unpublished))
    remove_firm(db, firm)
    if firm.state == FirmState.SUSPENDED:
        suspension_traces.before_deletion(db, firm)
    audit.record(db, Deed.FIRM_DELETED, person=person, subject=firm)
    audit.forget(db, firm)
    for kind, table in (("change", FirmChangeCase), ("appeal", Appeal), ("proof", Proof)):
        for key in db.scalars(sa.select(table.key).where(table.firm_id == firm.id)).all():
            desk.forget(db, kind, key)
    desk.forget(db, "firm", firm.key)
    heard = sa.update(Report).where(Report.about_id == firm.id).values(evidence=[], answer="")
    db.execute(heard.execution_options(synchronize_session="fetch"))
    db.delete(firm)
    db.flush()
