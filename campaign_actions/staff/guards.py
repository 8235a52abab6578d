"""Who comes in below /staff/: each of its addresses names the permission that opens it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import check_and_update_authn_fresh
from flask_wtf.csrf import CSRFProtect

from campaign_actions.core.i18n import best_locale, locales
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import PERMISSIONS, PERSONAL
from campaign_actions.staff.queries import Rights, may, rights_of

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
ROOT = "/staff/"
MOST = 2**63 - 1  # the largest id there can be: no database knows how to look for more
csrf = CSRFProtect()


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
            if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
                abort(404)
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
    if (
        current_user.is_authenticated
    ):  # who writes texts in many languages sends more than who signs
        request.max_content_length = current_app.config["STAFF_CONTENT_LENGTH"]
        request.max_form_memory_size = current_app.config["STAFF_CONTENT_LENGTH"]
    g.locale = staff_locale if staff_locale in locales() else best_locale()
    if request.method not in {"GET", "HEAD", "OPTIONS"} and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _lacks_factor() -> bool:
    """Whether somebody who sees personal data has no second factor yet."""
    member = current_staff()
    has_factor = bool(member.tf_primary_method or member.webauthn)
    return not has_factor and bool(PERSONAL & current_rights().keys())


def _is_fresh() -> bool:
    config = current_app.config
    within, grace = config["SECURITY_FRESHNESS"], config["SECURITY_FRESHNESS_GRACE_PERIOD"]
    return bool(check_and_update_authn_fresh(within, grace, "session"))


def _here() -> str:
    """The address to come back to; a form that was posted is shown again."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
