"""A field for the address of another site."""

from urllib.parse import urlsplit

from flask_babel import gettext as _
from wtforms import Form
from wtforms.validators import StopValidation

from campaign_actions.core.content.markdown_links import is_malformed
from campaign_actions.core.forms.fields import Identifier


class Website(Identifier):
    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data and not _is_web_address(self.data):
            raise StopValidation(
                _("Enter the full address, starting with https:// or http://, without spaces.")
            )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = not any(letter.isspace() or letter in "<>\"'`\\" for letter in text)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and is_plain
        and not is_malformed(text)
        and "@" not in parts.netloc
    )
