"""The demo mailbox: what was "sent" can be read in the browser. And the page of components."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import MIMEPart
from pathlib import Path
from typing import cast

from flask import Blueprint, abort, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.lists import join_with_commas
from campaign_actions.core.i18n.locale import negotiate_locale
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.demo.accounts import PEOPLE, address_of, app_keys, password_of
from campaign_actions.staff.permissions import ROLE_NAMES
from campaign_actions.web.http.security_headers import allow_framing, framed_mail, private

bp = Blueprint("demo", __name__, url_prefix="/demo")
SHOWN = 50  # mails in the list
LINKS = "allow-top-navigation-by-user-activation allow-popups"  # a reader may follow them


@bp.before_request
def only_in_the_demo() -> None:
    """Mail files hold addresses and links that are rights: outside a demo there is no such page."""
    if not current_app.config["DEMO"]:
        abort(404)
    g.locale = negotiate_locale()  # there is no language in these addresses


@bp.get("/mail/")
def mailbox() -> ResponseReturnValue:
    """The newest mails that were written as files."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    mails = [StoredMail(file) for file in files]
    page = make_response(render_template("demo/mailbox.html", mails=mails))
    return private(page)


@bp.get("/mail/<name>/")
def mail(name: str) -> ResponseReturnValue:
    page = render_template("demo/mail.html", mail=_mail_or_404(name), links=LINKS)
    return allow_framing(make_response(page))


@bp.get("/mail/<name>/body/")
def body(name: str) -> ResponseReturnValue:
    """The mail as a mail program would show it, for the frame on its page."""
    kind, text = _mail_or_404(name).body()
    body = text.replace("<head>", '<head><base target="_top">', 1)
    return framed_mail(body, kind, allowed=LINKS)


@bp.get("/staff/")
def staff() -> ResponseReturnValue:
    """Who can be in the demo's workspace, and what they log in with at this moment."""
    key, codes, now = current_app.config["SECRET_KEY"], one_time_codes(), utc_now()
    keys = app_keys(key)

    def code(name: str) -> str:
        return codes.code_at(codes.encrypt(keys[name]), now) if name in keys else ""

    people = [
        (join_with_commas(ROLE_NAMES[role] for role in roles), address_of(name), code(name))
        for name, roles in PEOPLE.items()
    ]
    page = render_template("demo/staff.html", people=people, password=password_of(key))
    return private(make_response(page))


@bp.get("/components/")
def components() -> ResponseReturnValue:
    return render_template("demo/components.html")


def _folder() -> Path:
    return Path(current_app.instance_path) / "mail"


def _mail_or_404(name: str) -> "StoredMail":
    """By the name of a file that is there: a name that is not one leads nowhere else."""
    for file in _folder().glob("*.eml"):
        if file.stem == name:
            return StoredMail(file)
    abort(404)


class StoredMail:
    """A mail file, read as a mail program reads it."""

    def __init__(self, file: Path) -> None:
        self.name = file.stem
        self.content = file.read_bytes()
        self.headers = message_from_bytes(self.content)

    def header(self, name: str) -> str:
        """Decoded as a whole: the modern policy puts spaces between the parts of a long name."""
        return str(make_header(decode_header(self.headers[name])))

    def body(self) -> tuple[str, str]:
        """The type and text of what is shown: HTML, or plain text if there is none."""
        message = message_from_bytes(self.content, policy=policy.default)
        part = cast(MIMEPart, message.get_body(("html", "plain")))
        return part.get_content_type(), part.get_content()
