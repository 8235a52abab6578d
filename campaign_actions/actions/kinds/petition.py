"""A petition: a demand that people put their name to."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.base import ActionKind

KIND = ActionKind(
    name="petition",
    label=_l("Petition"),
    form=SignForm,
    # Translators: stands behind a large number, which is not part of it
    counted=lambda count: ngettext(
        "person has signed and confirmed", "people have signed and confirmed", count
    ),
)
