"""Whom to ask when someone lacks a right: the people who have it, and those who can give it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import PERMISSIONS, ROLES
from campaign_actions.staff.queries import grants_of, may, rights_of
from campaign_actions.web.staff.access.all_members import all_members
from campaign_actions.web.staff.access.authorization import allows, current_staff

MAX_NAMES = 5
# The rights that people ask for, in the order of the work.
ASKED_FOR = (
    *("campaigns.edit", "campaigns.publish", "translate", "review", "comments.moderate"),
    *("updates.send", "signatures.export", "staff.manage"),
)
ROLE_SENTENCES: Mapping[str, LazyString] = {
    "administrator": _l("You are an administrator: you invite people and assign roles."),
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


def whom_to_ask(permission: str, campaign_id: int | None = None) -> WhomToAsk:
    """For a permission in a campaign; None: in any."""
    return _whom(permission, campaign_id, _others())


def missing_rights() -> list[WhomToAsk]:
    """Whom the current member can ask for the work that they may not do in any campaign."""
    missing = [permission for permission in ASKED_FOR if not allows(permission)]
    others = _others() if missing else []
    return [_whom(permission, None, others) for permission in missing]


def role_sentences() -> list[LazyString]:
    """The work of the current member; none for those who have all roles."""
    roles = grants_of(current_staff())
    if len(roles) == len(ROLES):
        return []
    return [sentence for role, sentence in ROLE_SENTENCES.items() if role in roles]


def _others() -> list[StaffMember]:
    own = current_staff().id
    return [member for member in all_members() if member.can_log_in and member.id != own]


def _whom(permission: str, campaign_id: int | None, others: Sequence[StaffMember]) -> WhomToAsk:
    return WhomToAsk(
        PERMISSIONS[permission],
        _people(permission, campaign_id, others),
        _people("staff.manage", None, others),
    )


def _people(
    permission: str, campaign_id: int | None, others: Sequence[StaffMember]
) -> Sequence[Person]:
    found = (
        Person(member.name or member.email, member.email)
        for member in others
        if may(rights_of(member), permission, campaign_id)
    )
    return list(found)[:MAX_NAMES]
