"""The states of pages with questions of an action."""

from collections.abc import Mapping
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.preview.sample_campaign import VALID_FIELDS, SampleCampaign
from campaign_actions.catalogs.preview.sample_questions import WRONG_ANSWERS
from campaign_actions.catalogs.preview.scene_values import Page, Values, on_action, on_link


def _form(
    sample: SampleCampaign, *, sent: Mapping[str, str] | None = None, name: str = "asking"
) -> Values:
    return on_action(getattr(sample, name), sample, sent=sent)


WRONG = _l("Form with errors")
QUESTION_PAGES: tuple[Page, ...] = (
    ("questions", _l("Petition page"), "actions/show", _form),
    ("question", _l("Short form"), "actions/show", partial(_form, name="asking_nothing_else")),
    (
        "questions-wrong",
        WRONG,
        "actions/show",
        partial(_form, sent=VALID_FIELDS | WRONG_ANSWERS),
    ),
    ("questions-new", WRONG, "actions/show", partial(_form, sent=VALID_FIELDS)),
    (
        "questions-confirm",
        _l("Confirmation page"),
        "signature_links/confirm",
        partial(on_link, status="pending", kind="asking"),
    ),
)
