"""The pages and mails on which messages of the program stand, each in a state in which it is seen.

A scene is a template with values that are nobody's. Which messages stand on which one is found out by
rendering them all once, so that no list has to be kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from campaign_actions.catalogs.areas import area_of
from campaign_actions.catalogs.samples import Sample
from campaign_actions.catalogs.scene_values import (
    LATE,
    VERY_LATE,
    Values,
    of_mail,
    on_action,
    on_campaign,
    on_home,
    on_link,
    on_thanks,
    on_unsubscribe,
)
from campaign_actions.core.errors import TEXTS, DomainError

RIGHT = {"given_name": "Ada", "email": "ada@example.org", "country": "RU"}
NONSENSE = {
    "given_name": "\u202eAda",
    "family_name": "x" * 300,
    "email": "ada",
    "country": "XX",
    "comment": "x" * 3000,
    "promise": "x" * 600,
    "show_name": "maybe",
    "website": "x",
}
Make = Callable[[Sample], Values]


@dataclass(frozen=True)
class Scene:
    """`kind`: page, mail (its HTML) or text (the same as plain text, with the subject)."""

    name: str
    label: Any
    template: str
    values: Make
    kind: str = "page"


def scenes() -> Iterator[Scene]:
    """All of them, those first that most people see."""
    for name, label, template, values in PAGES:
        yield Scene(name, label, f"{template}.html", values)
    for name, label in MAILS.items():
        yield Scene(f"mail-{name}", label, name, of_mail, "mail")
        yield Scene(f"text-{name}", label, name, of_mail, "text")
    for status, (title, message) in TEXTS.items():
        yield _error(f"error-{status}", "errors", title, message, status)
    for error in _errors(DomainError):
        place = f"{error.__module__.replace('.', '/')}.py"
        folder = "staff" if area_of([place]) == "staff" else "errors"
        yield _error(f"error-{error.__name__}", folder, error.title, error.message, error.status)


def beside_field(text: str) -> Scene:
    """For what is said about a field in a state that no sample is in."""

    def values(sample: Sample) -> Values:
        found = on_action(sample.petition, sample)
        found["form"].given_name.errors = [Markup(text)]  # noqa: S704 - checked by who shows it
        return found

    return Scene("field", _l("As an error beside a field"), "actions/petition.html", values)


def _error(name: str, folder: str, title: Any, message: Any, status: int) -> Scene:
    values = {"status": status, "title": title, "message": message, **OF_STAFF}
    label = _l("A page about an error")
    return Scene(name, label, f"{folder}/error.html", lambda _sample: values)


def _errors(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        if hasattr(each, "message"):
            yield each
        yield from _errors(each)


def _of(name: str, make: Callable[..., Values], **options: Any) -> Make:
    """`make` for the action of that name in the sample."""
    return lambda sample: make(getattr(sample, name), sample, **options)


def _same(**values: Any) -> Make:
    return lambda _sample: values


def _ended(sample: Sample, *, result: str) -> Values:
    campaign = replace(sample.campaign, archived_at=sample.now, result=result)
    return on_campaign(replace(sample, campaign=campaign))


OF_STAFF = {"is_in": False, "is_bare": True, "back": "", "kept": None, "once_more": False}
CLOSED, WITHDRAW = _l("A closed action"), _l("Taking a signature back")
NO_NEWS = _l("No more mails to translators")
OVER = _l("A link to confirm that is over")
PAGES: tuple[tuple[str, Any, str, Make], ...] = (
    ("petition", _l("A petition"), "actions/petition", _of("petition", on_action)),
    ("pledge", _l("A pledge"), "actions/pledge", _of("pledge", on_action)),
    ("short", _l("A short form"), "actions/petition", _of("plain", on_action)),
    ("short-pledge", _l("A short form"), "actions/pledge", _of("plain_pledge", on_action)),
    ("again", _l("Please press again"), "actions/petition", _of("petition", on_action, sent=RIGHT)),
    (
        "empty",
        _l("A form that was sent empty"),
        "actions/pledge",
        _of("pledge", on_action, sent={}),
    ),
    (
        "wrong",
        _l("A form with mistakes"),
        "actions/pledge",
        _of("pledge", on_action, sent=NONSENSE),
    ),
    ("closed", CLOSED, "actions/petition", _of("closed", on_action)),
    ("ended", CLOSED, "actions/petition", _of("achieved", on_action)),
    ("late", _l("While mails are late"), "actions/petition", _of("late", on_action, minutes=LATE)),
    ("thanks", _l("After signing"), "actions/thanks", partial(on_thanks, minutes=0)),
    ("wait", _l("While mails are late"), "actions/thanks", partial(on_thanks, minutes=VERY_LATE)),
    ("confirm", _l("Confirming"), "actions/confirm", partial(on_link, status="pending")),
    (
        "confirm-wrong",
        _l("Confirming, with a mistake"),
        "actions/confirm",
        partial(on_link, status="pending", sent={"country": ""}),
    ),
    ("confirmed", _l("Confirmed"), "actions/confirm", partial(on_link, status="confirmed")),
    *(
        (f"over-{status}", OVER, "actions/confirm", partial(on_link, status=status))
        for status in ("withdrawn", "erased", "invalid")
    ),
    *(
        (f"withdraw-{status}", WITHDRAW, "actions/withdraw", partial(on_link, status=status))
        for status in ("confirmed", "pending", "withdrawn", "erased")
    ),
    ("home", _l("The first page"), "pages/home", on_home),
    ("home-empty", _l("The first page, empty"), "pages/home", partial(on_home, is_empty=True)),
    ("home-late", _l("While counts are late"), "pages/home", partial(on_home, is_late=True)),
    ("campaign", _l("A campaign"), "campaigns/show", on_campaign),
    ("campaign-ended", _l("A campaign at its end"), "campaigns/show", partial(_ended, result="")),
    ("achieved", _l("What a campaign achieved"), "campaigns/show", partial(_ended, result="…")),
    ("privacy", _l("The privacy page"), "pages/privacy", _same()),
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
        (f"news-{is_on}", NO_NEWS, "pages/translation_mails", _same(is_on=is_on))
        for is_on in (True, False)
    ),
    ("test-link", _l("The link of a test"), "updates/test", _same()),
)
MAILS = {
    "confirm": _l("Mail to confirm"),
    "remind": _l("Reminder"),
    "already-signed": _l("Mail to who has signed already"),
    "update": _l("Mail with news"),
    "digest": _l("Several mails in one"),
    "staff-translations": _l("Mail to translators"),
    "staff-invite": _l("Invitation of staff"),
    "staff-reset": _l("Mail for a new password"),
    "staff-password-changed": _l("Mail about a changed password"),
    "staff-factor-changed": _l("Mail about a second factor"),
    "staff-roles-changed": _l("Mail about changed roles"),
}
