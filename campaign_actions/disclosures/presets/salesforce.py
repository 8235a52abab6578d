"""Salesforce: contacts, with headings that are the names of fields in its API.

A contact must have a last name, so the only name of a person is the last name. Names are cut to the
lengths of the fields. The opt-out of a contact is never written: it would undo an opt-out that is only
known there. An address of more than 80 characters is written whole, and Salesforce reports its row.

The Data Import Wizard takes 50,000 records at a time. It reads times in the format of the user's
locale; Data Loader reads `2026-11-24T14:00:00Z`. Both take 1 and 0 for a checkbox.
Contact, in the Object Reference of Salesforce; its address is in docs/exports.md
https://help.salesforce.com/apex/HTViewHelpDoc?id=xcloud.notes_on_importing_data.htm
"""

from sqlalchemy import ColumnElement, Text, case, func

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets.base import (
    Preset,
    PresetFile,
    agreed,
    constant,
    path_of,
    shorten,
    utc_second,
)
from campaign_actions.exports import Column

MAX_FIRST_NAME = 40  # characters
MAX_LAST_NAME = 80
MAX_RECORDS = 50_000  # of one import by the Data Import Wizard


def _columns(action: Action) -> tuple[Column, ...]:
    return (
        Column("FirstName", shorten(_first_name(), MAX_FIRST_NAME)),
        Column("LastName", shorten(_last_name(), MAX_LAST_NAME)),
        Column("Email", Signature.email, "email"),
        Column("MailingCountryCode", Signature.country_code, "plain"),
        Column("Signature_ID__c", Signature.public_id, "plain"),
        Column("Action__c", constant(path_of(action)), "plain"),
        Column("Signed_At__c", utc_second(Signature.signed_at), "plain"),
        Column("Wants_Updates__c", agreed("1", "0"), "plain"),
    )


def _first_name() -> ColumnElement[str]:
    """Null for people with one name."""
    return case((Signature.family_name.is_not(None), Signature.given_name))


def _last_name() -> ColumnElement[str]:
    """Never null: everyone who agreed to updates has an email address."""
    names = (Signature.family_name, Signature.given_name, Signature.email)
    return func.coalesce(*names, type_=Text)


PRESET = Preset(
    name="salesforce",
    label="Salesforce",
    files=(PresetFile("contacts.csv", _columns),),
    code_column="Signature_ID__c",
    reads=frozenset(
        {
            *("signature_id", "campaign", "action", "email", "given_name", "family_name"),
            *("country_code", "wants_updates", "signed_at"),
        }
    ),
    max_part_rows=MAX_RECORDS,
)
