"""A pledge: something people promise to do themselves."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Signature
from campaign_actions.core.fields import LongText
from campaign_actions.exports import Column

PROMISE_LENGTH = 500


class PledgeForm(SignForm):
    promise = LongText(
        _l("What will you do?"),
        most=PROMISE_LENGTH,
        least_message=_l("Write in a few words what you will do: one small thing is enough."),
        hint=_l("One small thing that you can keep. It is not shown on the page."),
    )
    answer_fields = ("promise",)


KIND = ActionKind(
    name="pledge",
    label=_l("Pledge"),
    form=PledgeForm,
    # Translators: stands behind a large number, which is not part of it
    counted=lambda count: ngettext(
        "person has promised and confirmed", "people have promised and confirmed", count
    ),
    columns=(Column("answers.promise", Signature.answers["promise"].as_string()),),
)
