"""The hidden token of public forms: signed and dated, with nothing of the visitor in it.

A page that carries it can be cached for everyone: no session, no cookie. Its date also tells
how long a form was open, which unmasks programs that fill it in an instant.
"""

from datetime import UTC, datetime

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError

from campaign_actions.core.tokens import signer

LIFETIME = 7 * 24 * 3600  # seconds
PURPOSE = "public form"


class TokenField(CSRFTokenField):
    """The token that was sent if it was good; else a new one, made when it is shown."""

    def _value(self) -> str:
        return self.current_token or signer(PURPOSE).sign(b"form").decode()


class FormToken(CSRF):
    """Use as `csrf_class` in a form's Meta."""

    field_class = TokenField

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> None:
        """None yet: a form that is sent needs no other."""

    def validate_csrf_token(self, form: Form, field: CSRFTokenField) -> None:
        """Refuse a token that is missing, forged or too old, and a form that was sent too soon.

        A good token stays in the form that is shown again, so its clock runs on from the first
        page and the second press succeeds; a bad one is replaced by a fresh one.
        """
        try:
            _subject, made_at = signer(PURPOSE).unsign(
                field.data or "", max_age=LIFETIME, return_timestamp=True
            )
        except BadSignature as error:
            raise ValidationError(
                _(
                    "This page was open for long. Nothing you wrote is lost: please press the button again."
                )
            ) from error
        field.current_token = field.data
        if _seconds_since(made_at) < current_app.config["MIN_FILL_SECONDS"]:
            raise ValidationError(
                _(
                    "That was very quick, and we took you for a program. Please press the button once more."
                )
            )


def _seconds_since(moment: datetime) -> float:
    return (datetime.now(UTC) - moment.astimezone(UTC)).total_seconds()
