"""The form for a new preview link."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import PlainText

MAX_LABEL_LENGTH = 120


class PreviewLinkForm(FlaskForm):
    label = PlainText(
        _l("Shared with"),
        max_length=MAX_LABEL_LENGTH,
        required_message=_l("Enter who the link is for, so that you know which one to revoke."),
        hint=_l("For example, “Elena, Evening News”. Only staff can see this."),
    )
    expires_at = LocalDateTime(_l("Valid until"))

    now: datetime  # set it before validating

    def validate_expires_at(self, field: LocalDateTime) -> None:
        if field.data is None:
            raise ValidationError(_("Enter a date and time."))
        if field.data <= self.now:
            raise ValidationError(_("This time has passed. Choose a later one."))
