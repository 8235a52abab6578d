"""What comes in below /staff/, before any view: how much of it, with a token in each post."""

from flask import Flask, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from campaign_actions.core.errors import DomainError
from campaign_actions.web.http.security_headers import check_origin, is_same_origin
from campaign_actions.web.staff.access.authorization import ROOT, SAFE, speak_to_staff, to_log_in
from campaign_actions.web.staff.access.device_cookie import is_known
from campaign_actions.web.staff.access.resubmission import can_be_opened, here, waiting_page

csrf = CSRFProtect()


class UploadTooLarge(DomainError):
    status = 413
    title = _l("This file is too large")
    message = _l("Nothing was stored. Go back, save the file smaller and choose it again.")


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_receive)


def _receive() -> ResponseReturnValue | None:
    """In the language of the staff member; a post that changes something has a token."""
    if not request.path.startswith(ROOT):
        return None
    if "locale" not in g:  # the address of a preview names one
        speak_to_staff()
    view = current_app.view_functions.get(request.endpoint or "")
    if current_user.is_authenticated or is_known(request):
        _make_room(getattr(view, "most_bytes", 0))
    changes_nothing = request.method in SAFE or getattr(view, "changes_nothing", False)
    if request.routing_exception:  # no view will take it: there is nothing for a token to protect
        return None
    if changes_nothing or not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    check_origin()
    try:
        csrf.protect()
    except CSRFError:
        if not is_same_origin():
            raise
        return _once_more(is_entrance=not hasattr(view, "guard"))
    return None


def _once_more(*, is_entrance: bool) -> ResponseReturnValue:
    """A form of ours with the token of another session: of one that has ended since it was opened."""
    if not is_entrance and not current_user.is_authenticated:
        return to_log_in()
    if not is_entrance and (page := waiting_page("again", "", 403)):
        return page
    flash(_("This page was open for long, and nothing was done. Please try once more."))
    return redirect(here() if can_be_opened() else ROOT, 303)


def _make_room(for_file: int) -> None:
    """For the texts of a campaign, which are longer than a signature; for a file, where a view takes one.

    Before the form is looked into for the first time.
    """
    most = current_app.config["STAFF_CONTENT_LENGTH"]
    request.max_content_length = request.max_form_memory_size = most
    if for_file:
        request.max_content_length = for_file
        if (request.content_length or 0) > for_file:
            raise UploadTooLarge
