"""The hidden token of public forms: signed and dated, with nothing about the visitor.

A page with it can be cached for everyone: it needs no session and no cookie. Its date also tells how
long the form was open, which gives away bots that fill it in at once.
"""

from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError

from campaign_actions.core.security.signed_tokens import LinkBroken, TokenKind

LIFETIME = timedelta(days=7)
TOKEN = TokenKind("public form", LIFETIME)
FIRST, RENEWED = "form", "renewed"  # the subjects of tokens


class TokenField(CSRFTokenField):
    """The submitted token if it was valid, else a new one, signed when it is rendered.

    `open_for`: how long ago the page with the valid token was made. None: not known, because the form was
    submitted with another token before, and its fields were filled in already when this one was made.
    """

    open_for: timedelta | None = None
    was_rejected = False

    def _value(self) -> str:
        subject = RENEWED if self.was_rejected else FIRST
        return self.current_token or TOKEN.make(subject)


class FormToken(CSRF):
    """Use as `csrf_class` in a form's Meta."""

    field_class = TokenField

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> None:
        """None yet: see TokenField."""

    def validate_csrf_token(self, form: Form, field: CSRFTokenField) -> None:
        """Reject a token that is missing, forged or too old, and a form that was submitted too soon.

        A valid token stays in the form that is shown again, so that the time since the first page counts
        and the second attempt succeeds. An invalid one is replaced.
        """
        subject, open_for = _read(field.data or "")
        if open_for is None or open_for > LIFETIME:
            field.was_rejected = True
            raise ValidationError(_("This page was open for a long time."))
        field.current_token = field.data
        field.open_for = open_for if subject == FIRST and open_for >= timedelta() else None
        # A token from the future means that the clock was put back, not that a bot was quick.
        if timedelta() <= open_for < timedelta(seconds=current_app.config["MIN_FILL_SECONDS"]):
            raise ValidationError(
                _("That was very quick. Pressing it again shows that you’re not a robot.")
            )


def _read(token: str) -> tuple[str, timedelta | None]:
    """The subject of a token and its age; None for a token that we have not signed."""
    try:
        subject, made_at = TOKEN.read_dated(token)
    except LinkBroken:
        return "", None
    return subject, datetime.now(UTC) - made_at
