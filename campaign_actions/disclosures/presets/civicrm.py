"""CiviCRM: contacts, then the activities that say what they took part in.

CiviCRM finds the contact of an activity by its external identifier, or else by the email address. A
contact has only one external identifier, so the details of each activity contain it as well: someone who
took part in two actions can be found by both. People with one name have no last name.

Lengths are those of the columns in CiviCRM. Countries are accepted by ISO code, and times as
`2026-11-24 14:00`, which CiviCRM takes to be in its own time zone.
https://docs.civicrm.org/user/en/latest/common-workflows/importing-data-into-civicrm/
https://github.com/civicrm/civicrm-core: CRM/Import/Parser.php, CRM/Activity/Import/Parser/Activity.php
"""

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets.base import (
    Preset,
    PresetFile,
    constant,
    path_of,
    shorten,
    utc_minute,
)
from campaign_actions.exports import Column

MAX_NAME = 64  # characters of a first or a last name
# An activity must have a type that exists. CiviCampaign brings the first one; staff add the other.
ACTIVITY_TYPES = {"petition": "Petition Signature", "pledge": "Campaign Pledge"}


def _contacts(_action: Action) -> tuple[Column, ...]:
    return (
        Column("External Identifier", Signature.public_id, "plain"),
        Column("First Name", shorten(Signature.given_name, MAX_NAME)),
        Column("Last Name", shorten(Signature.family_name, MAX_NAME)),
        Column("Email", Signature.email, "email"),
        Column("Country", Signature.country_code, "plain"),
    )


def _activities(action: Action) -> tuple[Column, ...]:
    return (
        Column("External Identifier", Signature.public_id, "plain"),
        Column("Email", Signature.email, "email"),
        Column("Activity Type", constant(ACTIVITY_TYPES[action.kind]), "plain"),
        Column("Activity Date", utc_minute(Signature.signed_at), "plain"),
        Column("Subject", constant(path_of(action)), "plain"),
        Column("Campaign", constant(action.campaign.slug), "plain"),
        Column("Details", Signature.public_id, "plain"),
    )


PRESET = Preset(
    name="civicrm",
    label="CiviCRM",
    files=(PresetFile("contacts.csv", _contacts), PresetFile("activities.csv", _activities)),
    code_column="External Identifier",
    reads=frozenset(
        {
            *("signature_id", "campaign", "action", "kind", "email", "given_name", "family_name"),
            *("country_code", "signed_at"),
        }
    ),
)
