"""A petition: a demand that people put their name to."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds import consent_words, edit_words
from campaign_actions.actions.kinds.base import ActionKind, KindWords

WORDS = KindWords(
    # Translators: a short button that leads to the form, as a verb
    act=lazy_pgettext("button", "Sign"),
    # Translators: the first of three steps, as something done; then “Confirm by email” and “You’re counted”
    saved=_l("Your signature is saved"),
    yours=_l("Your signature"),
    # Translators: heading of a page and an email; with the title of the petition, the subject of the email
    confirm_heading=_l("Confirm your signature"),
    confirm=_l("Confirm my signature"),
    confirmed=_l("Your signature is confirmed."),
    not_counted=_l("This signature isn’t counted"),
    withdraw=_l("Withdraw my signature"),
    withdraw_question=_l("Withdraw your signature?"),
    withdrawn=_l("Your signature has been withdrawn"),
    before_withdrawing=_l(
        "You’ll no longer be counted, and from now on we won’t pass on your details. You can take part"
        " again if you change your mind."
    ),
    after_withdrawing=_l(
        "You’re no longer counted, and from now on we won’t pass on your details."
    ),
    keep=_l("Keep my signature"),
    # Translators: in an email, above the title of the petition
    asked=_l("Someone, probably you, used this email address to sign this petition:"),
    # Translators: with the title of the petition, the subject of an email
    reminder=_l("Reminder to confirm your signature"),
    reminder_heading=_l("Your signature isn’t counted yet"),
    asked_days_ago=_l(
        "A few days ago someone, probably you, used this email address to sign this petition:"
    ),
    # Translators: heading of an email; with the title of the petition, its subject
    already_counted=_l("Your signature is already counted"),
    # Translators: heading of an email; with the title of the petition, its subject
    already_here=_l("We already have your signature"),
    asked_again=_l("Someone, probably you, used this email address to sign this petition again:"),
    # Translators: heading of an email; with the title of the petition, its subject
    receipt=_l("You’ve signed"),
    what_follows=_l(
        "When we hand over the petition, the addressee gets your name, your country and the date"
        " you signed. If you wrote a comment, it gets that as well. It never gets your email"
        " address."
    ),
)

KIND = ActionKind(
    name="petition",
    label=_l("Petition"),
    form=SignForm,
    words=WORDS,
    consent=consent_words.PETITION,
    editing=edit_words.PETITION,
    # Translators: the figure is shown large; a form for exactly one number may go without it
    counted=lambda count, figure: ngettext(
        "%(figure)s person has signed",
        "%(figure)s people have signed",
        count,
        figure=figure,
    ),
    # Translators: of an action that is closed; the figure is shown large
    counted_in_the_end=lambda count, figure: ngettext(
        "%(figure)s person signed",
        "%(figure)s people signed",
        count,
        figure=figure,
    ),
)
