"""The staff workspace: its first page, and one's own account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.staff.guards import needs

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("/")
@needs(None)
def home() -> ResponseReturnValue:
    return render_template("staff/home.html")


@bp.get("/security/")
@needs(None, without_factor=True)
def security() -> ResponseReturnValue:
    """One's own log-in: password, second factor, passkeys, sessions."""
    return render_template("staff/security.html")
