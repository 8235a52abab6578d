"""A pledge: something that people say they will do themselves."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext

from campaign_actions.actions.forms import COMMENT_LENGTH, SignForm
from campaign_actions.actions.kinds import consent_words, edit_words
from campaign_actions.actions.kinds.base import ActionKind, KindWords
from campaign_actions.actions.models import Signature
from campaign_actions.core.forms.fields import LongText
from campaign_actions.exports import Column

PROMISE_LENGTH = 500


class PledgeForm(SignForm):
    promise = LongText(
        _l("What will you do?"),
        max_length=PROMISE_LENGTH,
        required_message=_l("Enter what you will do. One small thing is enough."),
        hint=_l("One small thing that you know you can do. It isn’t shown publicly."),
    )
    comment = LongText(
        _l("Why are you making this pledge?"),
        max_length=COMMENT_LENGTH,
        hint=_l("Only our team will read it."),
    )
    answer_fields = ("promise",)
    shown_comment_hint = _l(
        "Only our team will read it, unless you tick the box below. Then we may also show"
        " it on our website with your country. We read every comment first."
    )


WORDS = KindWords(
    # Translators: a short button that leads to the form, as a verb
    act=lazy_pgettext("button", "Pledge"),
    # Translators: the first of three steps, as something done; then “Confirm by email” and “You’re counted”
    saved=_l("Your pledge is saved"),
    yours=_l("Your pledge"),
    # Translators: heading of a page and an email; with the title of the pledge, the subject of the email
    confirm_heading=_l("Confirm your pledge"),
    confirm=_l("Confirm my pledge"),
    confirmed=_l("Your pledge is confirmed."),
    not_counted=_l("This pledge isn’t counted"),
    withdraw=_l("Withdraw my pledge"),
    withdraw_question=_l("Withdraw your pledge?"),
    withdrawn=_l("Your pledge has been withdrawn"),
    before_withdrawing=_l(
        "You’ll no longer be counted. You can take part again if you change your mind."
    ),
    after_withdrawing=_l("You’re no longer counted."),
    keep=_l("Keep my pledge"),
    # Translators: in an email, above the title of the pledge
    asked=_l("Someone, probably you, used this email address to make this pledge:"),
    # Translators: with the title of the pledge, the subject of an email
    reminder=_l("Reminder to confirm your pledge"),
    reminder_heading=_l("Your pledge isn’t counted yet"),
    asked_days_ago=_l(
        "A few days ago someone, probably you, used this email address to make this pledge:"
    ),
    # Translators: heading of an email; with the title of the pledge, its subject
    already_counted=_l("Your pledge is already counted"),
    # Translators: heading of an email; with the title of the pledge, its subject
    already_here=_l("We already have your pledge"),
    asked_again=_l("Someone, probably you, used this email address to make this pledge again:"),
    # Translators: heading of an email; with the title of the pledge, its subject
    receipt=_l("You’ve pledged"),
    what_follows=_l("Only our team sees what you wrote that you will do."),
)

KIND = ActionKind(
    name="pledge",
    label=_l("Pledge"),
    form=PledgeForm,
    words=WORDS,
    consent=consent_words.PLEDGE,
    editing=edit_words.PLEDGE,
    # Translators: the figure is shown large; a form for exactly one number may go without it
    counted=lambda count, figure: ngettext(
        "%(figure)s person has pledged",
        "%(figure)s people have pledged",
        count,
        figure=figure,
    ),
    # Translators: of an action that is closed; the figure is shown large
    counted_in_the_end=lambda count, figure: ngettext(
        "%(figure)s person pledged",
        "%(figure)s people pledged",
        count,
        figure=figure,
    ),
    has_addressee=False,
    columns=(Column("answers.promise", Signature.answers["promise"].as_string()),),
)
