"""Error pages of the workspace."""

from urllib.parse import urlsplit

from flask import g, render_template, request
from flask_babel import LazyString
from flask_login import current_user

from campaign_actions.core.i18n.locale import negotiate_locale
from campaign_actions.web.http.security_headers import own_hosts
from campaign_actions.web.staff.access.authorization import (
    ROOT,
    SHARED_PREVIEWS,
    is_staff_address,
    use_staff_locale,
)
from campaign_actions.web.staff.access.resubmission import current_address, current_submission
from campaign_actions.web.staff.access.whom_to_ask import whom_lacking

RETRYABLE_STATUSES = {403, 429, 500, 502, 503}  # submitting again may succeed


def staff_error_page(status: int, title: LazyString, message: LazyString) -> str | None:
    """The error page below /staff/; None elsewhere, including shared previews."""
    if not request.path.startswith(ROOT) or request.path.startswith(SHARED_PREVIEWS):
        return None
    is_server_error = status >= 500  # then the database may be failing, so do not query it
    if "locale" not in g:
        if is_server_error:
            g.locale = negotiate_locale()
        else:
            use_staff_locale()
    return render_template(
        "staff/error.html",
        status=status,
        title=title,
        message=message,
        is_in=not is_server_error and current_user.is_authenticated,
        is_bare=is_server_error,
        back=_previous_page(),
        kept=current_submission(),
        once_more=status in RETRYABLE_STATUSES,
        whom=whom_lacking(g.lacking) if status == 403 and "lacking" in g else None,
    )


def _previous_page() -> str:
    """The staff page that the person came from; "" if there is none, or it is this page."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    back = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    is_same_page = back == current_address() and request.method == "GET"
    is_staff_page = came_from.netloc in own_hosts() and is_staff_address(back)
    return back if is_staff_page and not is_same_page else ""
