"""A petition: a demand that people put their name to."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds import consent_words
from campaign_actions.actions.kinds.base import ActionKind, KindWords

WORDS = KindWords(
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
    who_sees=_l("Can anyone see that I signed?"),
    seen=_l(
        "Your name isn’t shown publicly. The addressee of the petition will see your name, your"
        " country and the date you signed. It will never see your email address."
    ),
    seen_with_comment=_l(
        "Your name and comment aren’t shown publicly. The addressee of the petition will see your"
        " name, country and comment, and the date you signed. It will never see your email"
        " address."
    ),
    seen_if_comments=_l(
        "Your name isn’t shown publicly. If you tick the box below your comment, we may show the"
        " comment on our website with your country. The addressee of the petition will see your"
        " name, country and comment, and the date you signed. It will never see your email"
        " address."
    ),
    seen_if_names=_l(
        "Nothing is shown publicly unless you choose it. If you tick the box below your comment,"
        " we may show the comment on our website with your country. If you tick the second box as"
        " well, we show your name instead of your country. The addressee of the petition will see"
        " your name, country and comment, and the date you signed. It will never see your email"
        " address."
    ),
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
)

KIND = ActionKind(
    name="petition",
    label=_l("Petition"),
    form=SignForm,
    words=WORDS,
    consent=consent_words.PETITION,
    # Translators: the figure is shown large; a form for exactly one number may go without it
    counted=lambda count, figure: ngettext(
        "%(figure)s person has signed and confirmed",
        "%(figure)s people have signed and confirmed",
        count,
        figure=figure,
    ),
)
