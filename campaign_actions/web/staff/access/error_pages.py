"""What goes wrong below /staff/, as a page of the workspace."""

from typing import Any
from urllib.parse import urlsplit

from flask import g, render_template, request
from flask_login import current_user

from campaign_actions.core.i18n.locale import negotiate_locale
from campaign_actions.web.http.security_headers import own_hosts
from campaign_actions.web.staff.access.authorization import ROOT, SHARED, is_way_on, speak_to_staff
from campaign_actions.web.staff.access.resubmission import here, kept

ONCE_MORE = {403, 429, 500, 502, 503}  # what is sent again may be taken then


def staff_error_page(status: int, title: Any, message: Any) -> str | None:
    """None for who is no staff: people with a link to a preview see the pages of the public."""
    if not request.path.startswith(ROOT) or request.path.startswith(SHARED):
        return None
    is_ours = status >= 500  # the database may be what fails: nothing is asked of it
    if "locale" not in g:
        if is_ours:
            g.locale = negotiate_locale()
        else:
            speak_to_staff()
    return render_template(
        "staff/error.html",
        status=status,
        title=title,
        message=message,
        is_in=not is_ours and current_user.is_authenticated,
        is_bare=is_ours,
        back=_way_back(),
        kept=kept(),
        once_more=status in ONCE_MORE,
    )


def _way_back() -> str:
    """The page of the workspace that somebody came from; "" if they came from elsewhere, or from here."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    back = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    is_circle = back == here() and request.method == "GET"
    is_ours = came_from.netloc in own_hosts() and is_way_on(back)
    return back if is_ours and not is_circle else ""
