"""A petition: a demand that people put their name to."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds import consent_words
from campaign_actions.actions.kinds.base import ActionKind, KindWords

WORDS = KindWords(
    # Translators: the first of three steps, as something that is done; then “Confirm by mail”, “Counted”
    saved=_l("Your signature is saved"),
    yours=_l("Your signature"),
    confirmed=_l("Your signature is confirmed."),
    is_over=_l("This signature does not count any more"),
    comment_hint=_l(
        "It may be shown on this page once we have read it, with your name only if you tick"
        " that. It is handed over with your signature, without your address."
    ),
    who_sees=_l("Can anyone see that I signed?"),
    seen_by=_l(
        "Not on this page. Your name and your country go to the office that the petition is"
        " addressed to. Your e-mail address never does."
    ),
    seen_by_if_shown=_l(
        "Not on this page, unless you tick that your name may be shown. Your name, your country"
        " and your comment go to the office that the petition is addressed to. Your e-mail address"
        " never does."
    ),
    # Translators: subject and heading of a mail
    please_confirm=_l("Please confirm your signature"),
    # Translators: subject of a mail
    reminder_subject=_l("A reminder: please confirm your signature"),
    reminder_heading=_l("Your signature is not counted yet"),
    confirm=_l("Confirm my signature"),
    # Translators: above the title of the action
    asked=_l("Somebody, we think it was you, has signed this with your address:"),
    asked_days_ago=_l(
        "Some days ago somebody, we think it was you, signed this with your address:"
    ),
    # Translators: subject and heading of a mail
    is_known=_l("You have already signed"),
    asked_again=_l("Somebody, we think it was you, has signed this with your address once more:"),
    nothing_changed=_l(
        "Your signature was here already, and nobody is counted twice. Nothing has changed, and"
        " there is nothing you need to do."
    ),
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
