"""What is remembered of suspended firms and associations, so that none escapes by deleting itself and coming again.

Nothing that could be read back: keyed hashes of the tax number, the bare name, and the account and addresses of the
owners. They are kept while the suspension lasts, and for a while after what was suspended is deleted. They never
decide: a moderator sees them on a case, and says so before approving it.
"""

from __future__ import annotations

import datetime as dt
import enum
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Association,
    AssociationPost,
    AssociationRole,
    AssociationState,
    Firm,
    FirmState,
    Person,
    Post,
    PostRole,
    SuspensionTrace,
    now_utc,
)
from services import audit
from services.firm_names import bare_name, fold_tax_number

Subject = Firm | Association


class What(enum.StrEnum):
    """By what one is recognised, the surest first."""

    TAX_NUMBER = "tax_number"
    ACCOUNT = "account"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True)
class Match:
    """Something that was suspended and looks like this one."""

    whats: tuple[What, ...]
    """By what it is recognised, the surest first."""
    suspended_at_utc: dt.datetime
    deleted_at_utc: dt.datetime | None


def _digest(db: Session, what: What, text: str) -> str:
    """A mark that only this site can make: its key is made from the one that seals the audit log."""
    key = hmac.digest(db.info[audit.KEY], b"constela: traces of suspensions", "sha256")
    return hmac.digest(key, f"{what}:{text}".encode(), "sha256").hex()


def _marks(
    db: Session, subject: Subject, people: Iterable[Person], *, with_contact: bool = True
) -> dict[str, What]:  # fmt: skip
    texts: list[tuple[What, str]] = []
    if tax := fold_tax_number(subject.tax_number, subject.country):
        texts.append((What.TAX_NUMBER, f"{subject.country}:{tax}"))
    if name := bare_name(subject.name):
        texts.append((What.NAME, f"{subject.country}:{name}"))
    for person in people:
        texts += [(What.ACCOUNT, person.key), (What.EMAIL, person.email.casefold())]
    contact = getattr(subject, "contact_email", "").strip().casefold()
    if contact and with_contact:
        texts.append((What.EMAIL, contact))
    return {_digest(db, what, text): what for what, text in texts}


def _people(db: Session, subject: Subject, *, only_owners: bool) -> list[Person]:
    if isinstance(subject, Firm):
        query = sa.select(Person).join(Post, Post.person_id == Person.id).where(Post.firm_id == subject.id)
        query = query.where(Post.role == PostRole.OWNER) if only_owners else query
    else:
        post = AssociationPost
        query = sa.select(Person).join(post, post.person_id == Person.id).where(post.association_id == subject.id)
        query = query.where(post.role == AssociationRole.MANAGER) if only_owners else query
    return list(db.scalars(query))


def remember(db: Session, subject: Subject, *, with_contact: bool = True) -> None:
    """Remember what is suspended now, besides what is remembered of it already.

    The address of contact may be anybody's, and is left out where the firm could have written it since.
    """
    query = sa.select(SuspensionTrace.digest).where(SuspensionTrace.subject_key == subject.key)
    known = set(db.scalars(query))
    since = db.scalar(
        sa.select(sa.func.min(SuspensionTrace.suspended_at_utc)).where(SuspensionTrace.subject_key == subject.key)
    )
    for digest, what in _marks(
        db, subject, _people(db, subject, only_owners=True), with_contact=with_contact
    ).items():
        if digest not in known:
            db.add(
                SuspensionTrace(
                    subject_key=subject.key, what=what, digest=digest, suspended_at_utc=since or now_utc()
                )
            )
    db.flush()


def catch_up(db: Session) -> int:
    """Remember what moderators suspended before anything was remembered; returns how many there were."""
    known = sa.select(SuspensionTrace.subject_key)
    firms = sa.select(Firm).where(Firm.state == FirmState.SUSPENDED, Firm.key.not_in(known))
    associations = sa.select(Association).where(
        Association.state == AssociationState.SUSPENDED, Association.decided_by_id.is_not(None),
        Association.reason != "", Association.key.not_in(known),
    )  # fmt: skip
    found: list[Subject] = [*db.scalars(firms), *db.scalars(associations)]
    for one in found:
        remember(db, one)
    return len(found)


def forget(db: Session, subject: Subject) -> None:
    """Remember nothing any more: the suspension was lifted."""
    gone = sa.delete(SuspensionTrace).where(SuspensionTrace.subject_key == subject.key)
    db.execute(gone.execution_options(synchronize_session="fetch"))


def before_deletion(db: Session, subject: Subject) -> None:
    """What a suspended firm or association leaves behind; the time of it begins to run."""
    remember(db, subject, with_contact=False)
    gone = sa.update(SuspensionTrace).where(SuspensionTrace.subject_key == subject.key)
    db.execute(gone.values(deleted_at_utc=now_utc()).execution_options(synchronize_session="fetch"))


def find_matches(db: Session, subject: Subject) -> list[Match]:
    """What was suspended and has the tax number, the name, an account or an address of this one; newest first."""
    if not db.scalar(sa.select(sa.exists().where(SuspensionTrace.id.is_not(None)))):
        return []
    marks = _marks(db, subject, _people(db, subject, only_owners=False))
    query = sa.select(SuspensionTrace).where(
        SuspensionTrace.digest.in_(marks), SuspensionTrace.subject_key != subject.key
    )  # fmt: skip
    found: dict[str, list[SuspensionTrace]] = {}
    for trace in db.scalars(query.order_by(SuspensionTrace.suspended_at_utc.desc(), SuspensionTrace.id)):
        found.setdefault(trace.subject_key, []).append(trace)
    order = list(What)
    return [
        Match(
            tuple(sorted({What(one.what) for one in traces}, key=order.index)),
            traces[0].suspended_at_utc,
            traces[0].deleted_at_utc,
        )
        for traces in found.values()
    ]
