"""The states in which each public page is previewed, and all mails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.preview.sample_campaign import EMAIL, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import (
    LATE,
    VERY_LATE,
    Values,
    on_action,
    on_campaign,
    on_home,
    on_link,
    on_thanks,
    on_unsubscribe,
)

VALID_FIELDS = {"given_name": NAME, "email": EMAIL, "country": "RU"}
INVALID_FIELDS = {
    "given_name": "\u202eAda",
    "family_name": "x" * 300,
    "email": "ada",
    "country": "XX",
    "comment": "x" * 3000,
    "promise": "x" * 600,
    "show_comment": "maybe",
    "show_name": "maybe",
    "website": "x",
}
MakeValues = Callable[[SampleCampaign], Values]


def _action(name: str, *, sent: Mapping[str, str] | None = None, minutes: int = 0) -> MakeValues:
    """The page of an action of the sample: petition, plain, closed and so on."""
    return lambda sample: on_action(getattr(sample, name), sample, sent=sent, minutes=minutes)


def _fixed(**values: object) -> MakeValues:
    return lambda _sample: values


def _ended(sample: SampleCampaign, *, result: str) -> Values:
    campaign = replace(sample.campaign, archived_at=sample.now, result=result)
    return on_campaign(replace(sample, campaign=campaign))


CLOSED, WITHDRAW = _l("A closed action"), _l("Taking a signature back")
NO_TRANSLATION_MAILS = _l("No more mails to translators")
LINK_OVER = _l("A link to confirm that is over")
PAGES: tuple[tuple[str, LazyString, str, MakeValues], ...] = (  # name, label, template, values
    ("petition", _l("A petition"), "actions/show", _action("petition")),
    ("pledge", _l("A pledge"), "actions/show", _action("pledge")),
    ("short", _l("A short form"), "actions/show", _action("plain")),
    ("short-pledge", _l("A short form"), "actions/show", _action("plain_pledge")),
    (
        "again",
        _l("Please press the button again"),
        "actions/show",
        _action("petition", sent=VALID_FIELDS),
    ),
    (
        "empty",
        _l("A form that was sent empty"),
        "actions/show",
        _action("pledge", sent={}),
    ),
    (
        "wrong",
        _l("A form with mistakes"),
        "actions/show",
        _action("pledge", sent=INVALID_FIELDS),
    ),
    ("closed", CLOSED, "actions/show", _action("closed")),
    ("ended", CLOSED, "actions/show", _action("achieved")),
    (
        "late",
        _l("While mails are late"),
        "actions/show",
        _action("late", minutes=LATE),
    ),
    ("thanks", _l("After signing"), "actions/thanks", partial(on_thanks, minutes=0)),
    ("wait", _l("While mails are late"), "actions/thanks", partial(on_thanks, minutes=VERY_LATE)),
    (
        "pledge-thanks",
        _l("A pledge"),
        "actions/thanks",
        partial(on_thanks, minutes=0, kind="pledge"),
    ),
    ("confirm", _l("Confirming"), "signature_links/confirm", partial(on_link, status="pending")),
    (
        "confirm-wrong",
        _l("Confirming, with a mistake"),
        "signature_links/confirm",
        partial(on_link, status="pending", sent={"country": ""}),
    ),
    ("confirmed", _l("Confirmed"), "signature_links/confirm", partial(on_link, status="confirmed")),
    *(
        (f"over-{status}", LINK_OVER, "signature_links/confirm", partial(on_link, status=status))
        for status in ("withdrawn", "erased", "invalid", "suppressed")
    ),
    *(
        (
            f"withdraw-{status}",
            WITHDRAW,
            "signature_links/withdraw",
            partial(on_link, status=status),
        )
        for status in ("confirmed", "pending", "invalid", "withdrawn", "erased", "suppressed")
    ),
    *(
        (
            f"pledge-{page}-{status}",
            _l("A pledge"),
            f"signature_links/{page}",
            partial(on_link, status=status, kind="pledge"),
        )
        for page, status in (
            ("confirm", "pending"),
            ("confirm", "confirmed"),
            ("confirm", "invalid"),
            ("withdraw", "confirmed"),
            ("withdraw", "withdrawn"),
        )
    ),
    ("home", _l("The first page"), "site/home", on_home),
    ("home-empty", _l("The first page, empty"), "site/home", partial(on_home, is_empty=True)),
    ("home-late", _l("While counts are late"), "site/home", partial(on_home, is_late=True)),
    ("campaign", _l("A campaign"), "campaigns/show", on_campaign),
    ("campaign-ended", _l("A campaign at its end"), "campaigns/show", partial(_ended, result="")),
    ("achieved", _l("What a campaign achieved"), "campaigns/show", partial(_ended, result="…")),
    ("privacy", _l("The privacy page"), "site/privacy", _fixed()),
    (
        "comments",
        _l("Comments"),
        "actions/comments",
        lambda sample: {"action": sample.petition, "comments": sample.comments},
    ),
    (
        "no-comments",
        _l("Comments, before there are any"),
        "actions/comments",
        lambda sample: {"action": sample.petition, "comments": sample.no_comments},
    ),
    (
        "unsubscribe",
        _l("No more mails"),
        "updates/unsubscribe",
        partial(on_unsubscribe, is_on=True),
    ),
    ("unsubscribed", _l("No more mails"), "updates/unsubscribe", on_unsubscribe),
    (
        "unsubscribed-everywhere",
        _l("No more mails at all"),
        "updates/unsubscribe",
        partial(on_unsubscribe, everywhere=True),
    ),
    *(
        (
            f"news-{is_on}",
            NO_TRANSLATION_MAILS,
            "translation_emails/unsubscribe",
            _fixed(is_on=is_on),
        )
        for is_on in (True, False)
    ),
    ("test-link", _l("The link of a test"), "updates/unsubscribe_test", _fixed()),
)
MAILS = {
    "confirm": _l("Confirmation email"),
    "remind": _l("Reminder"),
    "already-signed": _l("Mail to who has signed already"),
    "not-accepted": _l("Email to people whose address is not accepted"),
    "update": _l("Mail with news"),
    "digest": _l("Several mails in one"),
    "staff-translations": _l("Mail to translators"),
    "staff-invite": _l("Invitation of staff"),
    "staff-reset": _l("Mail for a new password"),
    "staff-password-changed": _l("Mail about a changed password"),
    "staff-factor-changed": _l("Mail about a second factor"),
    "staff-codes-blocked": _l("Email about too many wrong codes"),
    "staff-roles-changed": _l("Mail about changed roles"),
    "staff-approval-asked": _l("Email about a request for approval"),
    "staff-approval-decided": _l("Email about a decision"),
    "staff-audit-anchor": _l("Email with an anchor of the audit log"),
}
