"""Access to staff pages: each view declares the permission it needs."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import NamedTuple, ParamSpec, cast

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.locale import locales, negotiate_locale
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, needs_factor
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import PERMISSIONS
from campaign_actions.staff.queries import Rights, languages_of, may, may_at, rights_of
from campaign_actions.web.staff.access.resubmission import (
    accepts_get,
    current_address,
    resubmission_page,
)

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
ROOT = "/staff/"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FRESH_LIFETIME = timedelta(minutes=10)  # after which sensitive pages ask for reauthentication
UPLOADS = re.compile(  # where files may be sent to
    rf"{ROOT}(?:campaigns/[0-9]+/(?:appearance|actions/[0-9]+/picture)|organization/brand"
    r"|translations/[^/]+/[^/]+/files/upload)/"
)
SHARED_PREVIEWS = f"{ROOT}preview/shared/"  # previews for people with a link and no account
MAX_ID = 2**31 - 1  # PostgreSQL rejects larger numbers for most ids that are in addresses
SLOW_WORK = Bulkhead("slow work of staff", max_concurrent=1, max_queued=8, timeout=30)
MAX_FIELD_BYTES = 64 * 1024  # besides a file


class Guard(NamedTuple):
    """The requirements of a view; tests/permissions.txt lists them for each address."""

    permission: str | None  # None: any member; see `needs()` for the others
    fresh: bool = False
    everywhere: bool = False


class NotAllowed(DomainError):
    status = 403
    title = _l("You do not have access to this")
    message = _l("Your roles do not include this. If you need access, ask an administrator.")


class Lacking(NamedTuple):
    """The right that a member would need for an address with these arguments, or `everywhere`."""

    permission: str
    names: Mapping[str, object]
    everywhere: bool


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(may=allows, may_at=allows_at, current_staff=current_staff)


def needs(
    permission: str | None,
    *,
    fresh: bool = False,
    everywhere: bool = False,
    without_factor: bool = False,
) -> Callable[[View[Arguments]], View[Arguments]]:
    """Restrict a view to members with a permission; None: any member.

    With a `campaign_id` or the `catalog` of a campaign in the address, the permission is needed for that
    campaign; with any other `catalog`, in all campaigns; else in at least one, and the view limits what
    it shows by `campaigns_of()`. With a `language`, it is needed for that language.
    `everywhere`: it is needed in all campaigns, whatever the address names.
    `fresh`: members must have proved who they are within FRESH_LIFETIME.
    `without_factor`: also for members who still have to set up their second factor.

    Anonymous visitors are sent to the log-in; others get 403. A form they sent is kept for them.
    """
    assert permission is None or permission in PERMISSIONS, permission

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return redirect_to_login()
            if any(isinstance(value, int) and value > MAX_ID for value in kwargs.values()):
                abort(404)
            if permission:
                _check_permission(permission, kwargs, everywhere=everywhere)
            if not without_factor and _lacks_factor():
                factors = url_for("staff_account_factors.choose_factor")
                return resubmission_page("factor", factors, 403) or redirect(factors)
            return (fresh and reauthenticate_first()) or view(*args, **kwargs)

        guarded.guard = Guard(permission, fresh, everywhere)  # type: ignore[attr-defined]
        return guarded

    return decorate


def reauthenticate_first() -> ResponseReturnValue | None:
    """The way to prove who one is; None if the member did so within FRESH_LIFETIME."""
    return None if _is_fresh() else reauthenticate_now()


def reauthenticate_now() -> ResponseReturnValue:
    """The same, however recently they did so."""
    return _interrupt("staff_access_reauthenticate.reauthenticate", "verify", 403)


def token_access(view: View[Arguments]) -> View[Arguments]:
    """Open a view to anyone with the token in its address, which the view itself checks.

    Below SHARED_PREVIEWS no cookie is read or set.
    """
    view.guard = Guard("token")  # type: ignore[attr-defined]
    return view


def request_access(whose: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Declare, above `needs(None)`, that the view checks the approval request in its address (else 404).

    `whose`: "request" is for the requester and members with the permission that the request needs;
    "own request" is for the requester only.
    """

    def decorate(view: View[Arguments]) -> View[Arguments]:
        view.guard = view.guard._replace(permission=whose)  # type: ignore[attr-defined]
        return view

    return decorate


def changes_nothing(view: View[Arguments]) -> View[Arguments]:
    """Mark a view whose POSTs have no effect, such as a form in a preview: they need no form token."""
    view.changes_nothing = True  # type: ignore[attr-defined]
    return view


def accepts_files(max_bytes: int) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let members upload a file of up to `max_bytes` to a view."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        view.max_body_bytes = max_bytes + MAX_FIELD_BYTES  # type: ignore[attr-defined]
        return view

    return decorate


def slow_work(view: View[Arguments]) -> View[Arguments]:
    """Run a view that computes for a long time one at a time, outside the concurrency limit."""

    @wraps(view)
    def apart(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        with SLOW_WORK.enter():
            return view(*args, **kwargs)

    return apart


def current_staff() -> StaffMember:
    """The member who is logged in."""
    return cast(StaffMember, current_user._get_current_object())


def current_rights() -> Rights:
    if "rights" not in g:
        g.rights = rights_of(current_staff()) if current_user.is_authenticated else {}
    return cast(Rights, g.rights)


def allows(permission: str, campaign_id: int | None = None) -> bool:
    """Whether the current member has a permission in a campaign; None: in at least one."""
    assert permission in PERMISSIONS, permission
    return may(current_rights(), permission, campaign_id)


def campaigns_of(permission: str) -> frozenset[int] | None:
    """The ids of the campaigns in which the current member has a permission; None: all."""
    return current_rights().get(permission, frozenset())


def allows_at(permission: str, **names: object) -> bool:
    """Whether the current member has a permission for an address with these arguments."""
    return may_at(current_rights(), current_languages(), permission, names)


def current_languages() -> frozenset[str] | None:
    """The languages the current member translates and approves in; None: all."""
    if "languages" not in g:
        g.languages = languages_of(current_staff())
    return cast("frozenset[str] | None", g.languages)


def use_staff_locale() -> None:
    """Render the rest of the response in the current member's language."""
    g.locale = staff_locale()


def staff_locale() -> str:
    """The current member's language, or the one that the browser prefers."""
    chosen = current_user.locale if current_user.is_authenticated else ""
    return chosen if chosen in locales() else negotiate_locale()


def redirect_to_login() -> ResponseReturnValue:
    return _interrupt("security.login", "log-in", 401)


def next_address() -> str:
    """The address to continue to after logging in, always below /staff/."""
    wanted = request.values.get("next", "")
    return wanted if is_staff_address(wanted) else ROOT


def is_staff_address(address: str) -> bool:
    """Whether every browser takes this for an address below /staff/."""
    is_ours = address.startswith(ROOT) and "\\" not in address and address.isprintable()
    return is_ours and ".." not in address


def _check_permission(permission: str, names: Mapping[str, object], *, everywhere: bool) -> None:
    """Raises NotAllowed, and notes for the error page what is lacking."""
    is_limited = everywhere and campaigns_of(permission) is not None
    if is_limited or not allows_at(permission, **names):
        g.lacking = Lacking(permission, names, everywhere)
        raise NotAllowed


def _interrupt(endpoint: str, reason: str, status: int) -> ResponseReturnValue:
    """Send the person to another page first. Afterwards they resubmit their form or return here."""
    address = url_for(endpoint, next=url_for("staff_home.logged_in"))
    back = current_address() if request.method in SAFE_METHODS or accepts_get() else ROOT
    return resubmission_page(reason, address, status) or redirect(url_for(endpoint, next=back))


def _lacks_factor() -> bool:
    """Whether the current member still has to set up the second factor that their roles require."""
    member = current_staff()
    return not has_factor(member) and needs_factor(member)


def proved_at() -> datetime:
    """When the member last proved who they are."""
    return datetime.fromtimestamp(session.get("fs_paa", 0), UTC)


def _is_fresh() -> bool:
    """Whether the member proved who they are recently. A time in the future does not count."""
    age = utc_now().timestamp() - session.get("fs_paa", 0)
    return bool(0 <= age < FRESH_LIFETIME.total_seconds())
