"""All facts about a request, in words, for the person who decides."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.words import filter_facts, title_of_action
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.forms import MODES
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import read_snapshot
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import (
    join_with_commas,
    join_with_semicolons,
    label_value,
)
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.disclosures.columns import count_rows
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.labels import columns_in_words, format_label
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import Operation, SetDualControl
from campaign_actions.staff.invitations import Invite, InviteAgain
from campaign_actions.staff.manage_members import EnableMember
from campaign_actions.staff.permissions import ROLE_NAMES, RoleLists
from campaign_actions.updates.audience import audience_of, count_people
from campaign_actions.updates.checks.translations import outdated
from campaign_actions.updates.guarded_send import SendUpdate, find_sent
from campaign_actions.updates.models import UpdateText
from campaign_actions.updates.preflight import took_part_in
from campaign_actions.updates.queries import texts_of

Facts = Iterator[tuple[str, str]]


def operation_facts(operation: Operation, seen: Mapping[str, Any], tags: Sequence[str]) -> Facts:
    """Everything an operation will do, as pairs of label and text.

    `tags`: languages for titles of campaigns, the preferred one first.
    """
    if isinstance(operation, Invite):
        yield _("Roles"), _roles(operation.roles, tags)
        yield _("Languages"), _languages(operation.languages)
    elif isinstance(operation, ChangeRoles):
        yield _("Current roles"), _roles(seen["roles"], tags)
        yield _("New roles"), _roles(operation.roles, tags)
        yield _("Languages"), _languages(operation.languages)
    elif isinstance(operation, InviteAgain | EnableMember):
        yield _("Roles"), _roles(seen["roles"], tags)
    elif isinstance(operation, SetDualControl):
        yield _("Current setting"), str(MODES[seen["mode"]])
        yield _("New setting"), str(MODES[operation.mode])
        if operation.for_updates is not None:
            yield _("Updates need two people"), _("yes") if operation.for_updates else _("no")
    elif isinstance(operation, GuardedExport):
        yield from _export_facts(operation.export, seen)
    elif isinstance(operation, EraseBatch):
        yield from _batch_facts(operation)
    elif isinstance(operation, SendUpdate):
        yield from _update_facts(operation)


def texts_to_read(operation: Operation) -> Sequence[UpdateText]:
    """The texts of an update, which go out as they are."""
    found = find_sent(operation) if isinstance(operation, SendUpdate) else None
    return list(texts_of(found.id).values()) if found else []


def texts_to_review(operation: Operation) -> Sequence[str]:
    """In words, those that are older than the text they were translated from."""
    found = find_sent(operation) if isinstance(operation, SendUpdate) else None
    return outdated(found) if found else []


def _export_facts(operation: Export, seen: Mapping[str, Any]) -> Facts:
    release_slot()  # counting may take a second
    with read_snapshot() as connection:
        matching = count_rows(connection, operation)
    # Translators: how many participants match the filters of an export at the moment
    yield _("Participants who match"), _("%(number)s now", number=number(matching))
    yield (
        _("Actions"),
        join_with_semicolons(
            f"{title_of_action(one.id)} · {one.slug}" for one in operation.actions()
        ),
    )
    yield from filter_facts(operation.selection, SourceNames((operation.campaign,)))
    yield _("Purpose"), str(operation.what_for.label)
    if operation.recipient:
        yield _("Recipient"), operation.recipient
    yield _("Format"), format_label(operation.format, operation.preset)
    if operation.words_in:
        yield _("Language of the headings"), language_here(operation.words_in)
    options = [_("cells as typed")] * operation.raw + [
        _("with a byte order mark for Excel")
    ] * operation.bom
    if options:
        yield _("Options"), join_with_commas(options)
    if operation.public_key:
        yield _("Encrypted to"), operation.public_key
    if operation.base:
        yield _("Only changes since export number"), number(operation.base)
    yield _("Columns"), join_with_commas(columns_in_words(operation, seen["columns"]))


def _batch_facts(operation: EraseBatch) -> Facts:
    yield (
        _("Number"),
        ngettext("%(num)d participation", "%(num)d participations", operation.rows),
    )
    yield _("Time marked invalid"), datetime_here(operation.at)
    yield from filter_facts(
        SignatureFilter.from_json(operation.filter),
        SourceNames((operation.campaign,)),
        usual_status=COUNTED,
    )


def _update_facts(operation: SendUpdate) -> Facts:
    found = find_sent(operation)
    if found is None:
        return
    audience = audience_of(found)
    people = count_people(audience)
    yield _("Recipients"), ngettext("%(num)d person", "%(num)d people", people)
    if found.scope == "campaign":
        yield _("Sent to"), _("the whole campaign")
    elif audience.actions != (found.action_id,):
        yield took_part_in(title_of_action(action_id) for action_id in audience.actions)
    yield from filter_facts(audience.filter, SourceNames((operation.campaign,)))
    at = operation.send_at
    yield (
        _("When"),
        datetime_here(at) if at else _("As soon as it is approved"),
    )


def _roles(roles: RoleLists, tags: Sequence[str]) -> str:
    titles = campaign_titles(tags)

    def describe(role: str, campaigns: list[int] | None) -> str:
        if campaigns is None:
            return str(ROLE_NAMES[role])
        limits = join_with_commas(titles.get(campaign, number(campaign)) for campaign in campaigns)
        return label_value(str(ROLE_NAMES[role]), limits)

    return join_with_semicolons(describe(*item) for item in roles.items())


def _languages(languages: Sequence[str] | None) -> str:
    if languages is None:
        return str(_("All languages"))
    return join_with_commas(map(language_here, languages))
