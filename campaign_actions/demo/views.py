"""The demo mailbox: what was "sent" can be read in the browser. And the page of components."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.core.security import CONTENT_POLICY, private

bp = Blueprint("demo", __name__, url_prefix="/demo")
SHOWN = 50  # mails in the list
# A mail brings its style with it: inside its frame that is allowed, and there only.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@bp.before_request
def only_in_the_demo() -> None:
    """Mail files hold addresses and links that are rights: outside a demo there is no such page."""
    if not current_app.config["DEMO"]:
        abort(404)


@bp.get("/mail/")
def mailbox() -> ResponseReturnValue:
    """The newest mails that were written as files."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    mails = [(file.stem, _read(file)) for file in files]
    page = make_response(render_template("demo/mailbox.html", mails=mails))
    return private(page)


@bp.get("/mail/<name>/")
def mail(name: str) -> ResponseReturnValue:
    response = make_response(render_template("demo/mail.html", name=name, mail=_mail_or_404(name)))
    response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return private(response)


@bp.get("/mail/<name>/body/")
def body(name: str) -> ResponseReturnValue:
    """The mail as a mail program would show it, for the frame on its page."""
    part = _mail_or_404(name).get_body(("html", "plain"))
    if part is None:
        abort(404)
    content = part.get_content().replace("<head>", '<head><base target="_top">', 1)
    response = Response(content, mimetype=part.get_content_type())
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return private(response)


@bp.get("/components/")
def components() -> ResponseReturnValue:
    return render_template("demo/components.html")


def _folder() -> Path:
    return Path(current_app.instance_path) / "mail"


def _mail_or_404(name: str) -> EmailMessage:
    """By the name of a file that is there: a name that is not one leads nowhere else."""
    for file in _folder().glob("*.eml"):
        if file.stem == name:
            return _read(file)
    abort(404)


def _read(file: Path) -> EmailMessage:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
