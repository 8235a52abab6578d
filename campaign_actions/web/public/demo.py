"""Pages of the demo: its mailbox, its staff accounts and the style guides."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import MIMEPart
from pathlib import Path
from typing import cast

from flask import Blueprint, abort, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import negotiate_locale
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.core.theme import ACCENTS
from campaign_actions.demo.accounts import (
    DEMO_STAFF,
    authenticator_keys,
    demo_address,
    demo_password,
)
from campaign_actions.staff.permissions import ROLE_NAMES
from campaign_actions.web.http.security_headers import allow_framing, framed_mail, private

bp = Blueprint("demo", __name__, url_prefix="/demo")
MAX_LISTED = 50  # emails in the list
FRAME_PERMISSIONS = "allow-top-navigation-by-user-activation allow-popups"  # so that links work


@bp.before_request
def only_in_the_demo() -> None:
    """Email files contain addresses and secret links, so these pages exist only in a demo."""
    if not current_app.config["DEMO"]:
        abort(404)
    g.locale = negotiate_locale()  # these addresses have no language


@bp.get("/mail/")
def mailbox() -> ResponseReturnValue:
    """The newest emails written as files."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:MAX_LISTED]
    mails = [StoredMail(file) for file in files]
    page = make_response(render_template("demo/mailbox.html", mails=mails))
    return private(page)


@bp.get("/mail/<name>/")
def mail(name: str) -> ResponseReturnValue:
    page = render_template("demo/mail.html", mail=_mail_or_404(name), links=FRAME_PERMISSIONS)
    return allow_framing(make_response(page))


@bp.get("/mail/<name>/body/")
def body(name: str) -> ResponseReturnValue:
    """The email as a mail program shows it, for the frame on its page."""
    kind, text = _mail_or_404(name).body()
    body = text.replace("<head>", '<head><base target="_top">', 1)
    return framed_mail(body, kind, allowed=FRAME_PERMISSIONS)


@bp.get("/staff/")
def staff() -> ResponseReturnValue:
    """The staff accounts of the demo, with their password and current codes."""
    key, codes, now = current_app.config["SECRET_KEY"], one_time_codes(), utc_now()
    keys = authenticator_keys(key)

    def code(name: str) -> str:
        return codes.code_at(codes.encrypt(keys[name]), now) if name in keys else ""

    people = [
        (join_with_commas(ROLE_NAMES[role] for role in roles), demo_address(name), code(name))
        for name, roles in DEMO_STAFF.items()
    ]
    page = render_template("demo/staff.html", people=people, password=demo_password(key))
    return private(make_response(page))


@bp.get("/components/")
def components() -> ResponseReturnValue:
    return render_template("demo/components.html", accents=ACCENTS, now=utc_now())


@bp.get("/components/staff/")
def workspace() -> ResponseReturnValue:
    """The same for the staff workspace."""
    return render_template("demo/workspace.html")


def _folder() -> Path:
    return Path(current_app.instance_path) / "mail"


def _mail_or_404(name: str) -> "StoredMail":
    """Compares names, so that a request cannot name any other file."""
    for file in _folder().glob("*.eml"):
        if file.stem == name:
            return StoredMail(file)
    abort(404)


class StoredMail:
    """An email file, read as a mail program reads it."""

    def __init__(self, file: Path) -> None:
        self.name = file.stem
        self.content = file.read_bytes()
        self.headers = message_from_bytes(self.content)

    def header(self, name: str) -> str:
        """Decoded at once: the modern policy puts spaces between the parts of a long name."""
        return str(make_header(decode_header(self.headers[name])))

    def body(self) -> tuple[str, str]:
        """The type and text to show: HTML, or plain text if there is none."""
        message = message_from_bytes(self.content, policy=policy.default)
        part = cast(MIMEPart, message.get_body(("html", "plain")))
        return part.get_content_type(), part.get_content()
