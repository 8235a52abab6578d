"""A pledge: something people promise to do themselves."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.forms import COMMENT_LENGTH, SignForm
from campaign_actions.actions.kinds import consent_words
from campaign_actions.actions.kinds.base import ActionKind, KindWords
from campaign_actions.actions.models import Signature
from campaign_actions.core.forms.fields import LongText
from campaign_actions.exports import Column

PROMISE_LENGTH = 500


class PledgeForm(SignForm):
    promise = LongText(
        _l("What will you do?"),
        max_length=PROMISE_LENGTH,
        required_message=_l("Write in a few words what you will do: one small thing is enough."),
        hint=_l("One small thing that you can keep. It is not shown on the page."),
    )
    comment = LongText(
        _l("Why do you promise this?"),
        max_length=COMMENT_LENGTH,
        hint=_l("Only our team reads it."),
    )
    answer_fields = ("promise",)


WORDS = KindWords(
    # Translators: the first of three steps, as something that is done; then “Confirm by mail”, “Counted”
    saved=_l("Your promise is saved"),
    yours=_l("Your promise"),
    confirmed=_l("Your promise is confirmed."),
    is_over=_l("This promise does not count any more"),
    comment_hint=_l(
        "It may be shown on this page once we have read it, with your name only if you tick"
        " that. Your promise itself is not shown."
    ),
    who_sees=_l("Who sees what I promise?"),
    seen_by=_l(
        "Nobody outside our team. Your promise is not shown on this page and is handed to nobody,"
        " and neither is your name."
    ),
    seen_by_if_shown=_l(
        "Nobody outside our team. Your promise is not shown on this page and is handed to nobody."
        " Your name appears here only if you tick that it may be shown."
    ),
    # Translators: subject and heading of a mail
    please_confirm=_l("Please confirm your promise"),
    # Translators: subject of a mail
    reminder_subject=_l("A reminder: please confirm your promise"),
    reminder_heading=_l("Your promise is not counted yet"),
    confirm=_l("Confirm my promise"),
    # Translators: above the title of the action
    asked=_l("Somebody, we think it was you, has made this promise with your address:"),
    asked_days_ago=_l(
        "Some days ago somebody, we think it was you, made this promise with your address:"
    ),
    # Translators: subject and heading of a mail
    is_known=_l("You have already made this promise"),
    asked_again=_l(
        "Somebody, we think it was you, has made this promise with your address once more:"
    ),
    nothing_changed=_l(
        "Your promise was here already, and nobody is counted twice. Nothing has changed, and"
        " there is nothing you need to do."
    ),
)

KIND = ActionKind(
    name="pledge",
    label=_l("Pledge"),
    form=PledgeForm,
    words=WORDS,
    consent=consent_words.PLEDGE,
    # Translators: the figure is shown large; a form for exactly one number may go without it
    counted=lambda count, figure: ngettext(
        "%(figure)s person has promised and confirmed",
        "%(figure)s people have promised and confirmed",
        count,
        figure=figure,
    ),
    columns=(Column("answers.promise", Signature.answers["promise"].as_string()),),
)
