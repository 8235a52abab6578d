"""The form for a preview link: for whom, and until when."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import PlainText

LABEL_LENGTH = 120


class ShareForm(FlaskForm):
    label = PlainText(
        _l("For whom"),
        max_length=LABEL_LENGTH,
        required_message=_l("Write for whom the link is, so that you know which one to revoke."),
        hint=_l("Like: Elena, the evening news. Only staff see it."),
    )
    expires_at = LocalDateTime(_l("Good until"))

    now: datetime  # given before it is validated

    def validate_expires_at(self, field: LocalDateTime) -> None:
        if field.data is None:
            raise ValidationError(_("Write the day and the time."))
        if field.data <= self.now:
            raise ValidationError(_("This time has passed. Choose a later one."))
