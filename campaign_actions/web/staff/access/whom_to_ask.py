"""Whom to ask when someone lacks a right: the people who have it, and those who can give it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import PERMISSIONS, ROLES
from campaign_actions.staff.queries import grants_of, languages_of, may_at, rights_of
from campaign_actions.web.staff.access.all_members import all_members
from campaign_actions.web.staff.access.authorization import Lacking, allows, current_staff

MAX_NAMES = 5
# The rights that people ask for, in the order of the work.
ASKED_FOR = (
    *("campaigns.edit", "campaigns.publish", "translate", "review", "comments.moderate"),
    *("updates.send", "signatures.export", "staff.manage"),
)
ROLE_SENTENCES: Mapping[str, LazyString] = {
    "administrator": _l(
        "You are an administrator: you invite people, assign roles, set up the site, approve texts and"
        " delete people’s data. Other roles write and publish campaigns, moderate comments, send updates"
        " and export participants."
    ),
    "campaigner": _l("You are a campaigner: you write, publish and moderate."),
    "exporter": _l("You are an exporter: you hand over the names of participants."),
    "translator": _l("You are a translator: you translate texts."),
    "reviewer": _l("You are a reviewer: you approve texts."),
}


@dataclass(frozen=True)
class Person:
    name: str
    email: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class WhomToAsk:
    """At most MAX_NAMES people each, without the current member."""

    task: LazyString
    able: Sequence[Person]  # can do it
    administrators: Sequence[Person]  # can give the right


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(whom_to_ask=whom_to_ask)


def whom_to_ask(
    permission: str,
    campaign_id: int | None = None,
    *,
    language: str | None = None,
    catalog: str | None = None,
) -> WhomToAsk:
    """For a permission in a campaign, or for the texts of a catalog in a language; None: for any."""
    names = {"campaign_id": campaign_id, "language": language, "catalog": catalog}
    return _whom(Lacking(permission, names, everywhere=False), _others())


def whom_lacking(lacking: Lacking) -> WhomToAsk:
    """For a page that was refused: those who may open that page."""
    return _whom(lacking, _others())


def not_joined(lacking: Lacking | None = None) -> list[StaffMember]:
    """Invited people who have not joined yet: those who will have this right, or all."""
    invited = (member for member in all_members() if member.state == "invited")
    return [member for member in invited if lacking is None or _may(member, lacking)]


def missing_rights() -> list[WhomToAsk]:
    """Whom the current member can ask for the work that they may not do in any campaign."""
    missing = [permission for permission in ASKED_FOR if not allows(permission)]
    others = _others() if missing else []
    return [_whom(Lacking(permission, {}, everywhere=False), others) for permission in missing]


def role_sentences() -> list[LazyString]:
    """The work of the current member; none for those who have all roles."""
    roles = grants_of(current_staff())
    if len(roles) == len(ROLES):
        return []
    return [sentence for role, sentence in ROLE_SENTENCES.items() if role in roles]


def _others() -> list[StaffMember]:
    own = current_staff().id
    return [member for member in all_members() if member.can_log_in and member.id != own]


def _whom(lacking: Lacking, others: Sequence[StaffMember]) -> WhomToAsk:
    return WhomToAsk(
        PERMISSIONS[lacking.permission],
        _people(lacking, others),
        _people(Lacking("staff.manage", {}, everywhere=False), others),
    )


def _people(lacking: Lacking, others: Sequence[StaffMember]) -> Sequence[Person]:
    found = (
        Person(member.name or member.email, member.email)
        for member in others
        if _may(member, lacking)
    )
    return list(islice(found, MAX_NAMES))


def _may(member: StaffMember, lacking: Lacking) -> bool:
    rights, permission = rights_of(member), lacking.permission
    if lacking.everywhere and rights.get(permission, frozenset()) is not None:
        return False
    return may_at(rights, languages_of(member), permission, lacking.names)
