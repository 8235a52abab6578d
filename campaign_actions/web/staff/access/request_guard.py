"""Checks on every staff request before its view: size, origin and form token."""

from flask import Flask, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.timezones import use_timezone
from campaign_actions.web.http.security_headers import check_origin, is_same_origin
from campaign_actions.web.staff.access.authorization import (
    ROOT,
    SAFE_METHODS,
    SHARED_PREVIEWS,
    redirect_to_login,
    use_staff_locale,
)
from campaign_actions.web.staff.access.device_cookie import is_known_device
from campaign_actions.web.staff.access.resubmission import (
    accepts_get,
    current_address,
    resubmission_page,
)

csrf = CSRFProtect()


class UploadTooLarge(DomainError):
    status = 413
    title = _l("This file is too large")
    message = _l("Nothing was saved. Go back and choose a smaller file.")


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_check_request)


def _check_request() -> ResponseReturnValue | None:
    """Set language, time zone and size limits, and require a form token for POSTs that change something."""
    if not request.path.startswith(ROOT):
        return None
    if "locale" not in g:  # addresses of previews set one
        use_staff_locale()
    if current_user.is_authenticated and not request.path.startswith(SHARED_PREVIEWS):
        use_timezone(current_user.timezone)
    view = current_app.view_functions.get(request.endpoint or "")
    if current_user.is_authenticated or is_known_device(request):
        _raise_body_limits(getattr(view, "max_body_bytes", 0))
    changes_nothing = request.method in SAFE_METHODS or getattr(view, "changes_nothing", False)
    if request.routing_exception:  # no view will handle it
        return None
    if changes_nothing or not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    check_origin()
    try:
        csrf.protect()
    except CSRFError:
        if not is_same_origin():
            raise
        return _ask_to_resubmit(is_entrance=not hasattr(view, "guard"))
    return None


def _ask_to_resubmit(*, is_entrance: bool) -> ResponseReturnValue:
    """Answer a form whose token belongs to a session that has ended since the page was opened."""
    if not is_entrance and not current_user.is_authenticated:
        return redirect_to_login()
    if not is_entrance and (page := resubmission_page("again", "", 403)):
        return page
    flash(
        _("This page was open for a long time, so nothing was done. Please try again."), "warning"
    )
    return redirect(current_address() if accepts_get() else ROOT, 303)


def _raise_body_limits(for_file: int) -> None:
    """Allow long texts, and a file of up to `for_file` bytes (0: none). Call it before reading the form.

    Raises UploadTooLarge.
    """
    most = current_app.config["STAFF_CONTENT_LENGTH"]
    request.max_content_length = request.max_form_memory_size = most
    if for_file:
        request.max_content_length = for_file
        if (request.content_length or 0) > for_file:
            raise UploadTooLarge
