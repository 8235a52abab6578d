"""The hidden token of public forms: signed and dated, with nothing of the visitor in it.

A page that carries it can be cached for everyone: no session, no cookie. Its date also tells
how long a form was open, which unmasks programs that fill it in an instant.
"""

from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError

from campaign_actions.core.security.signed_tokens import age, signer

LIFETIME = timedelta(days=7)
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
        open_for = _age_of(field.data or "")
        if open_for is None or open_for > LIFETIME:
            raise ValidationError(
                _(
                    "This page was open for long. Nothing you wrote is lost: please press the button again."
                )
            )
        field.current_token = field.data
        # One from the future was not quick: the clock was put back meanwhile.
        if timedelta() <= open_for < timedelta(seconds=current_app.config["MIN_FILL_SECONDS"]):
            raise ValidationError(
                _(
                    "That was very quick, and we took you for a program. Please press the button once more."
                )
            )


def _age_of(token: str) -> timedelta | None:
    """None: we have not made it."""
    try:
        _subject, made_at = signer(PURPOSE).unsign(token, return_timestamp=True)
    except BadSignature:
        return None
    return age(made_at)
