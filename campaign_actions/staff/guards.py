"""Who comes in below /staff/: each of its addresses names the permission that opens it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from campaign_actions.core.database import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n import best_locale, locales
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import PERMISSIONS, PERSONAL
from campaign_actions.staff.queries import Rights, may, rights_of

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
ROOT = "/staff/"
ROOM_FOR_FIELDS = 64 * 1024  # bytes, beside a file
csrf = CSRFProtect()


class UploadTooLarge(DomainError):
    status = 413
    title = _l("This file is too large")
    message = _l("Nothing was stored. Go back, save the file smaller and choose it again.")


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_receive)
    app.jinja_env.globals.update(may=allows, current_staff=current_staff)


def needs(
    permission: str | None, *, fresh: bool = False, without_factor: bool = False
) -> Callable[[View[Arguments]], View[Arguments]]:
    """Opens a view to staff who have a permission; None: to all staff.

    Where the address has a `campaign_id`, the permission is needed for that campaign; where it has
    none, for any: the view shows what `campaigns_of()` tells. `fresh`: who has not logged in within
    the last minutes does so again. Anonymous visitors are led to the log-in, others get 403.
    `without_factor` opens a page to those who still have to set up their second factor.
    """
    assert permission is None or permission in PERMISSIONS, permission

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return to_log_in()
            if permission and not allows(permission, cast("int | None", kwargs.get("campaign_id"))):
                abort(403)
            if not without_factor and _lacks_factor():
                return redirect(url_for("staff.security"))
            if fresh and not _is_fresh():
                return redirect(url_for("security.verify", next=_here()))
            return view(*args, **kwargs)

        guarded.guard = (permission, fresh)  # type: ignore[attr-defined]
        return guarded

    return decorate


def takes_files(most: int) -> Callable[[View[Arguments]], View[Arguments]]:
    """A view that takes more than a form, up to so many bytes in a file; from who is logged in."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        view.most_bytes = most + ROOM_FOR_FIELDS  # type: ignore[attr-defined]
        return view

    return decorate


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


def to_log_in() -> ResponseReturnValue:
    return redirect(url_for("security.login", next=_here()))


def _receive() -> None:
    """Before anything below /staff/: in the language of the staff member, with a token in each post."""
    if not request.path.startswith(ROOT):
        return
    staff_locale = current_user.locale if current_user.is_authenticated else ""
    g.locale = staff_locale if staff_locale in locales() else best_locale()
    if current_user.is_authenticated:
        _make_room()
    if request.method not in {"GET", "HEAD", "OPTIONS"} and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _make_room() -> None:
    """For a file, where the view takes one; before the form is looked into for the first time."""
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", 0)
    if most:
        request.max_content_length = most
        if (request.content_length or 0) > most:
            raise UploadTooLarge


def _lacks_factor() -> bool:
    """Whether somebody who sees personal data has no second factor yet."""
    member = current_staff()
    has_factor = bool(member.tf_primary_method or member.webauthn)
    return not has_factor and bool(PERSONAL & current_rights().keys())


def _is_fresh() -> bool:
    within = current_app.config["SECURITY_FRESHNESS"]
    return bool(utc_now().timestamp() - session.get("fs_paa", 0) < within.total_seconds())


def _here() -> str:
    """The address to come back to; a form that was posted is shown again."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
