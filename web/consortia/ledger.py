"""The ledger of a group: the accounts, every entry, files; and what the lead firm's owner enters."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, EntryKind, now_utc
from services.consortia import ledger, ledger_sums, payments
from services.consortia.access import is_lead, is_member, may_act, sees_all
from services.consortia.guards import Hindered
from services.consortia.ledger_files import to_csv, to_xlsx
from services.consortia.moving import OutOfPlace
from services.consortia.standing import standing_of
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.paging import count_pages, nearest_page
from web.access import require
from web.consortia.ledger_forms import AmountForm, EntryForm, PaymentForm, ReverseForm, SharesDueForm
from web.consortia.ledger_words import file_words
from web.consortia.notices import tell_firm, tell_members
from web.consortia.views import (
    back_to,
    blueprint,
    inside_group,
    is_for_another,
    led_group,
    say_out_of_place,
    seen_group,
)
from web.consortia.words import say_hindrance
from web.database import db
from web.frame import acting_firm
from web.mail import link_to
from web.security import limiter, person_key

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _seen_ledger(key: str) -> Consortium:
    """The group with this key, if it has a ledger and the person may see it."""
    group, place = seen_group(key)
    require(sees_all(db, current_user, group, place) and ledger.is_kept(db, group))
    return group


def _to_ledger(group: Consortium):
    return redirect(url_for("consortia.show_ledger", key=group.key), 303)


@blueprint.get("/<key>/ledger")
def show_ledger(key: str):
    """Show what each member owes and has paid, and every entry."""
    group, firm = _seen_ledger(key), acting_firm()
    standing = standing_of(db, group)
    place = standing.of(firm)
    total = ledger_sums.count_entries(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, ledger_sums.PER_PAGE)
    writes = is_lead(group, firm) and may_act(db, current_user, group, binding=True) and group.state != "closed"
    return render_template(
        "consortia/ledger.html",
        group=group,
        firm=firm,
        is_member=is_member(place),
        book=ledger_sums.book_of(db, standing, now_utc().date()),
        lines=ledger_sums.list_lines(db, group, page=page),
        page=page,
        pages=count_pages(total, ledger_sums.PER_PAGE),
        waiting=payments.list_waiting(db, group),
        writes=writes,
        raises=writes and group.state in ledger.RAISES,
        may_raise_shares=writes and ledger.may_raise_shares(db, standing),
    )


@blueprint.get("/<key>/ledger.csv")
@limiter.limit("60/hour", key_func=person_key)
def ledger_csv(key: str):
    """Every entry as CSV."""
    group = _seen_ledger(key)
    text = to_csv(ledger_sums.list_lines(db, group), group, file_words())
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=ledger.csv"}
    return text, 200, headers


@blueprint.get("/<key>/ledger.xlsx")
@limiter.limit("60/hour", key_func=person_key)
def ledger_xlsx(key: str):
    """Every entry and every account as a workbook."""
    group = _seen_ledger(key)
    book = ledger_sums.book_of(db, standing_of(db, group), now_utc().date())
    content = to_xlsx(ledger_sums.list_lines(db, group), book, group, file_words())
    return content, 200, {"Content-Type": XLSX, "Content-Disposition": "attachment; filename=ledger.xlsx"}


@blueprint.route("/<key>/ledger/due", methods=["GET", "POST"])
@limiter.limit("120/hour", methods=["POST"], key_func=person_key)
def raise_due(key: str):
    """Let something become due for a member."""
    group = led_group(key, binding=True)
    require(group.state in ledger.RAISES)
    form = AmountForm()
    form.fit({one.firm.key: one.firm.name for one in standing_of(db, group).inside}, group.currency)

    def act():
        entry = ledger.raise_due(db, current_user, group, form.firm.data, **form.facts)
        _tell_owing(group, entry.firm_key)
        return _("The amount is due.")

    return _page(group, form, act, _("Something new is due"))


@blueprint.route("/<key>/ledger/shares", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def raise_shares(key: str):
    """Make the shares on which the members voted due."""
    group = led_group(key, binding=True)
    require(group.state in ledger.RAISES)
    form = SharesDueForm()

    def act():
        ledger.raise_shares(
            db, current_user, group, first=form.day.data, count=form.count.data, months=form.months.data,
            words=form.words.data or "", request_key=form.request_key.data or "",
        )  # fmt: skip
        tell_members(group, "group_owes", link=link_to("consortia.show_ledger", key=group.key))
        return _("The shares are due, and the members have been told.")

    return _page(group, form, act, _("Raise the shares"), standing=standing_of(db, group))


@blueprint.route("/<key>/ledger/payment", methods=["GET", "POST"])
@limiter.limit("120/hour", methods=["POST"], key_func=person_key)
def record_payment(key: str):
    """Write down that a firm has paid."""
    group = led_group(key, binding=True)
    require(group.state != "closed" and ledger.is_kept(db, group))
    form = PaymentForm()
    form.fit(ledger.payers_of(db, standing_of(db, group)), group.currency)

    def act():
        ledger.record_payment(db, current_user, group, form.firm.data, **form.facts)
        return _("The payment is entered.")

    return _page(group, form, act, _("Record a payment"))


@blueprint.route("/<key>/ledger/announce", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def announce_payment(key: str):
    """Say for the acting firm that it has paid; the lead firm confirms it."""
    group, _place, firm = inside_group(key)
    require(group.state != "closed" and ledger.is_kept(db, group))
    form = PaymentForm()
    form.fit(None, group.currency)

    def act():
        notice = payments.announce(db, current_user, group, firm, **form.facts)
        if group.lead is not None:
            tell_firm(
                group, group.lead, "group_announced", about=firm, amount_minor=notice.amount_minor,
                currency=group.currency, link=link_to("consortia.show_ledger", key=group.key),
            )  # fmt: skip
        return _("The payment is announced. It counts when the lead firm has confirmed it.")

    return _page(group, form, act, _("Announce a payment of %(firm)s", firm=firm.name))


@blueprint.route("/<key>/ledger/<entry_key>/reverse", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def reverse_entry(key: str, entry_key: str):
    """Undo an entry by a counter-entry."""
    group = led_group(key, binding=True)
    entry = ledger.get_entry(db, group, entry_key)
    require(group.state != "closed" and entry.kind != EntryKind.REVERSAL)
    form = ReverseForm()

    def act():
        facts = {"words": form.words.data or "", "request_key": form.request_key.data or ""}
        ledger.reverse(db, current_user, group, entry, **facts)
        return _("The entry is undone by a counter-entry.")

    return _page(group, form, act, _("Undo an entry"), entry=entry)


def _page(group: Consortium, form: EntryForm, act: Callable[[], str], title: str, **more):
    """Show a form of the ledger, or do what it says and go back to the ledger."""
    if form.is_submitted() and is_for_another():
        return _to_ledger(group)
    if form.validate_on_submit():
        done = _do(form, act)
        if isinstance(done, OutOfPlace):
            say_out_of_place(done)
            return back_to(group)
        if done:
            flash(*done)
            return _to_ledger(group)
    page = render_template("consortia/ledger_form.html", group=group, form=form, title=title, **more)
    return page, 422 if form.errors else 200


def _do(form: EntryForm, act: Callable[[], str]) -> tuple[str, str] | OutOfPlace | None:
    """What to say afterwards; None where the form says what is wrong."""
    try:
        return act(), "message"
    except OutOfPlace as error:
        return error
    except Conflict as error:
        return _say_conflict(error), "info"
    except NotFound:
        form.form_errors.append(_("This firm is not a member any more."))
    except Hindered as error:
        form.form_errors += [say_hindrance(one) for one in error.hindrances]
    except Incomplete as error:
        form.say_missing(error.missing)
    return None


def _say_conflict(error: Conflict) -> str:
    words = {
        "request": _("This form was sent already: it is entered once."),
        "reversed": _("Nothing was done: this entry is undone already."),
        "raised": _("Nothing was done: these shares are due already."),
        "too_many": _("Nothing was done: 20 payments that your firm announced wait already."),
        "decided": _("Nothing was done: this payment is decided already."),
    }
    return words[error.what]


def _tell_owing(group: Consortium, firm_key: str) -> None:
    firm = next((one.firm for one in standing_of(db, group).inside if one.firm.key == firm_key), None)
    if firm is not None:
        tell_firm(group, firm, "group_owes", link=link_to("consortia.show_ledger", key=group.key))


@blueprint.post("/<key>/ledger/announced/<notice_key>")
@limiter.limit("120/hour", key_func=person_key)
def decide_payment(key: str, notice_key: str):
    """Confirm or decline a payment that a member announced."""
    group = led_group(key, binding=True)
    notice = payments.get_notice(db, group, notice_key)
    try:
        if request.form.get("answer") == "confirm":
            payments.confirm(db, current_user, group, notice)
            flash(_("The payment is entered."))
        else:
            payments.decline(db, current_user, group, notice)
            tell_firm(group, notice.firm, "group_payment_declined",
                      link=link_to("consortia.show_ledger", key=group.key))  # fmt: skip
            flash(_("The announcement is declined, and the firm has been told."))
    except OutOfPlace as error:
        say_out_of_place(error)
    except Conflict as error:
        flash(_say_conflict(error), "info")
    except Forbidden:
        flash(_("Only an owner of the lead firm may do this: it binds the firm."), "bad")
    return _to_ledger(group)
