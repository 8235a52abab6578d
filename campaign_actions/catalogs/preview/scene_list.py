"""The states in which each public page is previewed, and all emails."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.sample_emails import SAMPLE_CODE
from campaign_actions.actions.view_models import privacy_page_context
from campaign_actions.catalogs.preview.link_scenes import LINK_PAGES
from campaign_actions.catalogs.preview.paused_scenes import PAUSED_PAGES
from campaign_actions.catalogs.preview.question_scenes import QUESTION_PAGES
from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    INVALID_FIELDS,
    VALID_FIELDS,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import (
    LATE,
    VERY_LATE,
    MakeValues,
    Page,
    Values,
    on_action,
    on_campaign,
    on_home,
    on_imprint,
    on_poster,
    on_thanks,
    on_unsubscribe,
)


def _action(name: str, *, sent: Mapping[str, str] | None = None, minutes: int = 0) -> MakeValues:
    """The page of an action of the sample: petition, plain, closed and so on."""
    return lambda sample: on_action(getattr(sample, name), sample, sent=sent, minutes=minutes)


def _fixed(**values: object) -> MakeValues:
    return lambda _sample: values


def _ended(sample: SampleCampaign, *, result: str, is_elsewhere: bool = False) -> Values:
    ended = replace(sample.campaign, archived_at=sample.now, result=result)
    campaign = replace(ended, has_result_elsewhere=is_elsewhere)
    return on_campaign(replace(sample, campaign=campaign))


CLOSED = _l("Closed action")
NO_TRANSLATION_MAILS = _l("Unsubscribe page for translators")
WRONG_CODE = _l("Code that was not accepted")
PAGES: tuple[Page, ...] = (
    ("petition", _l("Petition page"), "actions/show", _action("petition")),
    ("pledge", _l("Pledge page"), "actions/show", _action("pledge")),
    ("short", _l("Short form"), "actions/show", _action("plain")),
    ("short-pledge", _l("Short form"), "actions/show", _action("plain_pledge")),
    (
        "again",
        _l("Please press the button again"),
        "actions/show",
        _action("petition", sent=VALID_FIELDS),
    ),
    (
        "empty",
        _l("Form submitted empty"),
        "actions/show",
        _action("pledge", sent={}),
    ),
    (
        "wrong",
        _l("Form with errors"),
        "actions/show",
        _action("pledge", sent=INVALID_FIELDS),
    ),
    *QUESTION_PAGES,
    ("starting", _l("Petition page"), "actions/show", _action("starting")),
    ("closed", CLOSED, "actions/show", _action("closed")),
    ("closed-empty", CLOSED, "actions/show", _action("forgotten")),
    ("ended", CLOSED, "actions/show", _action("achieved")),
    (
        "late",
        _l("When emails are delayed"),
        "actions/show",
        _action("late", minutes=LATE),
    ),
    ("thanks", _l("After submitting the form"), "actions/thanks", partial(on_thanks, minutes=0)),
    (
        "wait",
        _l("When emails are delayed"),
        "actions/thanks",
        partial(on_thanks, minutes=VERY_LATE),
    ),
    *(
        (f"code-{name}", WRONG_CODE, "actions/thanks", partial(on_thanks, minutes=0, sent=sent))
        for name, sent in (
            ("wrong", {"email": EMAIL, "code": SAMPLE_CODE}),
            ("unreadable", {"email": EMAIL, "code": "ada"}),
            ("empty", {}),
        )
    ),
    (
        "pledge-thanks",
        _l("Pledge page"),
        "actions/thanks",
        partial(on_thanks, minutes=0, kind="pledge"),
    ),
    *LINK_PAGES,
    ("poster", _l("Poster"), "actions/poster", on_poster),
    ("home", _l("Home page"), "site/home", on_home),
    ("imprint", _l("Imprint"), "site/imprint", on_imprint),
    *PAUSED_PAGES,
    ("home-empty", _l("Home page without campaigns"), "site/home", partial(on_home, is_empty=True)),
    ("home-late", _l("When counts are delayed"), "site/home", partial(on_home, is_late=True)),
    ("campaign", _l("Campaign page"), "campaigns/show", on_campaign),
    ("campaign-ended", _l("Campaign that has ended"), "campaigns/show", partial(_ended, result="")),
    (
        "result-elsewhere",
        _l("Campaign with a result in another language"),
        "campaigns/show",
        partial(_ended, result="", is_elsewhere=True),
    ),
    ("achieved", _l("Campaign with a result"), "campaigns/show", partial(_ended, result="…")),
    ("privacy", _l("Privacy page"), "site/privacy", _fixed(**privacy_page_context())),
    (
        "comments",
        _l("Comments"),
        "actions/comments",
        lambda sample: {"action": sample.petition, "comments": sample.comments},
    ),
    (
        "no-comments",
        _l("Comments page without comments"),
        "actions/comments",
        lambda sample: {"action": sample.petition, "comments": sample.no_comments},
    ),
    (
        "unsubscribe",
        _l("Unsubscribe page"),
        "updates/unsubscribe",
        partial(on_unsubscribe, is_on=True),
    ),
    ("unsubscribed", _l("Unsubscribe page"), "updates/unsubscribe", on_unsubscribe),
    *(
        (
            f"unsubscribe-campaign-{is_on}",
            _l("Unsubscribe page of a campaign"),
            "updates/unsubscribe",
            partial(on_unsubscribe, is_wide=True, is_on=is_on),
        )
        for is_on in (True, False)
    ),
    (
        "unsubscribed-everywhere",
        _l("Unsubscribed from all updates"),
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
    ("test-link", _l("Link in a test email"), "updates/unsubscribe_test", _fixed()),
)
MAILS = {
    "confirm": _l("Confirmation email"),
    "receipt": _l("Receipt after confirming"),
    "remind": _l("Reminder"),
    "already-signed": _l("Email to people who have already taken part"),
    "not-accepted": _l("Email to people whose address is not accepted"),
    "update": _l("Email with an update"),
    "digest": _l("Several emails in one"),
    "staff-translations": _l("Email to translators"),
    "staff-invite": _l("Email inviting a staff member"),
    "staff-reset": _l("Email to reset a password"),
    "staff-password-changed": _l("Email about a changed password"),
    "staff-factor-changed": _l("Email about a second factor"),
    "staff-codes-blocked": _l("Email about too many wrong codes"),
    "staff-roles-changed": _l("Email about changed roles"),
    "staff-test": _l("Test email"),
    "staff-consent-returned": _l("Email about a consent text that was sent back"),
    "staff-approval-asked": _l("Email about a request for approval"),
    "staff-approval-decided": _l("Email about a decision"),
    "staff-export-deletions": _l("Email about entries to delete in exported files"),
    "staff-clusters": _l("Email about suspicious clusters"),
    "staff-not-published": _l("Email about a time at which nothing is published"),
    "staff-audit-anchor": _l("Email with a signed copy of the audit log"),
}
# Other states of them: name, email, and the values that differ.
MAIL_STATES: tuple[tuple[str, str, Values], ...] = (
    ("receipt-by-press", "receipt", {"by_press": True}),
    ("update-campaign", "update", {"campaign_title": "…", "is_test": False}),
)
