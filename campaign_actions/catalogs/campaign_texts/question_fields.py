"""The texts of a question: what each is, and where it is shown."""

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.questions.edit_forms import QuestionTextForm
from campaign_actions.actions.questions.stored import CHOICES
from campaign_actions.catalogs.campaign_texts.fields import ACTION_PAGE, form_field

QUESTION_FIELDS = (
    form_field(
        QuestionTextForm,
        "label",
        _l("A question in the form, above its field. Also shown on the page that confirms."),
        ACTION_PAGE,
    ),
    form_field(
        QuestionTextForm,
        "help",
        _l(
            "The help below a question in the form, which says why we ask."
            " The form adds who gets the answer."
        ),
        ACTION_PAGE,
    ),
    *(
        form_field(
            QuestionTextForm,
            name,
            _l("One of the answers that people can choose."),
            ACTION_PAGE,
        )
        for name in CHOICES
    ),
)
