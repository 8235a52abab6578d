"""Who comes in below /staff/: each of its addresses names the permission that opens it."""

import re
from collections.abc import Callable
from datetime import timedelta
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
from campaign_actions.web.staff.access.resubmission import can_be_opened, here, waiting_page

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
ROOT = "/staff/"
SAFE = {"GET", "HEAD", "OPTIONS"}
FRESH = timedelta(
    minutes=10
)  # how long ago somebody proved who they are, to open or send what asks for it
UPLOADS = re.compile(  # where files may be sent to
    rf"{ROOT}(?:campaigns/[0-9]+/picture|translations/[^/]+/[^/]+/files/upload)/"
)
SHARED = f"{ROOT}preview/shared/"  # previews for who has a link: nobody is logged in there
MOST = 2**31 - 1  # the largest id an address names: PostgreSQL knows no larger one of these tables
SLOW_WORK = Bulkhead("slow work of staff", max_concurrent=1, max_queued=8, timeout=30)
ROOM_FOR_FIELDS = 64 * 1024  # bytes, beside a file


class Guard(NamedTuple):
    """What a view asks for before it opens. tests/permissions.txt lists it for each address."""

    permission: str | None  # None: any staff; "token": whoever has the link
    fresh: bool = False
    everywhere: bool = False


class NotAllowed(DomainError):
    status = 403
    title = _l("This is not open to you")
    message = _l("Your roles do not include it. An administrator can change that.")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(may=allows, may_at=allows_at, current_staff=current_staff)


def needs(
    permission: str | None,
    *,
    fresh: bool = False,
    everywhere: bool = False,
    without_factor: bool = False,
) -> Callable[[View[Arguments]], View[Arguments]]:
    """Opens a view to staff who have a permission; None: to all staff.

    Where the address has a `campaign_id`, or a `catalog` of a campaign, the permission is needed for
    that campaign; for any other `catalog` in all campaigns; else in any: the view shows what
    `campaigns_of()` tells. Where it has a `language`, the permission is needed in that one.
    `everywhere`: in all campaigns, whatever the address names.
    `fresh`: who has not logged in within the last minutes proves again that it is them. Anonymous
    visitors are led to the log-in, others get 403. What they sent is kept meanwhile.
    `without_factor` opens a page to those who still have to set up their second factor.
    """
    assert permission is None or permission in PERMISSIONS, permission

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return to_log_in()
            if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
                abort(404)
            if permission and not allows_at(permission, **kwargs):
                raise NotAllowed
            if permission and everywhere and campaigns_of(permission) is not None:
                raise NotAllowed
            if not without_factor and _lacks_factor():
                factors = url_for("staff_factors.choose")
                return waiting_page("factor", factors, 403) or redirect(factors)
            if fresh and not _is_fresh():
                return _led_to("staff_verifying.verify", "verify", 403)
            return view(*args, **kwargs)

        guarded.guard = Guard(permission, fresh, everywhere)  # type: ignore[attr-defined]
        return guarded

    return decorate


def opened_by_token(view: View[Arguments]) -> View[Arguments]:
    """A door below /staff/ for people without an account: the token in its address is the right.

    The view itself reads the token. Below SHARED no cookie is looked at, and none is set.
    """
    view.guard = Guard("token")  # type: ignore[attr-defined]
    return view


def opened_by_request(whose: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Over `needs(None)`: the view itself looks at the request that its address names, and answers 404.

    "request": it is for whoever asked, and for the permission that the request needs; "own request":
    for whoever asked.
    """

    def decorate(view: View[Arguments]) -> View[Arguments]:
        view.guard = view.guard._replace(permission=whose)  # type: ignore[attr-defined]
        return view

    return decorate


def changes_nothing(view: View[Arguments]) -> View[Arguments]:
    """A view whose posts do nothing, like that of a form in a preview: they need no form token."""
    view.changes_nothing = True  # type: ignore[attr-defined]
    return view


def takes_files(most: int) -> Callable[[View[Arguments]], View[Arguments]]:
    """A view that takes more than a form, up to so many bytes in a file; from who is logged in."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        view.most_bytes = most + ROOM_FOR_FIELDS  # type: ignore[attr-defined]
        return view

    return decorate


def slow_work(view: View[Arguments]) -> View[Arguments]:
    """A view that computes for a good part of a second: one at a time, outside the places of requests."""

    @wraps(view)
    def apart(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        with SLOW_WORK.enter():
            return view(*args, **kwargs)

    return apart


def current_staff() -> StaffMember:
    """Who is logged in."""
    return cast(StaffMember, current_user._get_current_object())


def current_rights() -> Rights:
    if "rights" not in g:
        g.rights = rights_of(current_staff()) if current_user.is_authenticated else {}
    return cast(Rights, g.rights)


def allows(permission: str, campaign_id: int | None = None) -> bool:
    """Whether who is logged in may do something: in a campaign, or in any at all."""
    assert permission in PERMISSIONS, permission
    return may(current_rights(), permission, campaign_id)


def campaigns_of(permission: str) -> frozenset[int] | None:
    """The ids of the campaigns in which who is logged in may do something; None: in all."""
    return current_rights().get(permission, frozenset())


def allows_at(permission: str, **names: object) -> bool:
    """Whether who is logged in may do something where an address with these names leads."""
    return may_at(current_rights(), current_languages(), permission, names)


def current_languages() -> frozenset[str] | None:
    """The languages in which who is logged in translates and approves; None: in all."""
    if "languages" not in g:
        g.languages = languages_of(current_staff())
    return cast("frozenset[str] | None", g.languages)


def speak_to_staff() -> None:
    """From here on the page is in the language of who is logged in, whatever its address names."""
    staff_locale = current_user.locale if current_user.is_authenticated else ""
    g.locale = staff_locale if staff_locale in locales() else negotiate_locale()


def to_log_in() -> ResponseReturnValue:
    return _led_to("security.login", "log-in", 401)


def way_on() -> str:
    """Where somebody wanted to go before they were asked who they are: below /staff/, nowhere else."""
    wanted = request.values.get("next", "")
    return wanted if is_way_on(wanted) else ROOT


def is_way_on(address: str) -> bool:
    """Whether an address is one of the workspace, however a browser reads it."""
    is_ours = address.startswith(ROOT) and "\\" not in address and address.isprintable()
    return is_ours and ".." not in address


def _led_to(endpoint: str, first: str, status: int) -> ResponseReturnValue:
    """Something else comes first: with what was sent kept until then, or back to this page after it."""
    there = url_for(endpoint, next=url_for("staff.logged_in"))
    back = here() if request.method in SAFE or can_be_opened() else ROOT
    return waiting_page(first, there, status) or redirect(url_for(endpoint, next=back))


def _lacks_factor() -> bool:
    """Whether the roles of the person who is logged in need a second factor that they do not have yet."""
    member = current_staff()
    return not has_factor(member) and needs_factor(member)


def _is_fresh() -> bool:
    """A proof from the future is none: the clock was put back, or the session is not as we made it."""
    age = utc_now().timestamp() - session.get("fs_paa", 0)
    return bool(0 <= age < FRESH.total_seconds())
