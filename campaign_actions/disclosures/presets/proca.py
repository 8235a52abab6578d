"""Proca: the file that its command line exports, for programs that already read it.

We know of no import of people into Proca. The columns for a telephone number and a postcode are left
out, since there is no such data. An opt-in is `1`, or nothing.
https://github.com/fixthestatusquo/proca-server: sdk/cli/src/format.ts
"""

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets.base import (
    Preset,
    PresetFile,
    agreed,
    constant,
    utc_second,
)
from campaign_actions.exports import Column


def _columns(action: Action) -> tuple[Column, ...]:
    return (
        Column("campaignName", constant(action.campaign.slug), "plain"),
        Column("actionPageName", constant(action.slug), "plain"),
        Column("actionType", constant(action.kind), "plain"),
        Column("contact.first_name", Signature.given_name),
        Column("contact.last_name", Signature.family_name),
        Column("contact.email", Signature.email, "email"),
        Column("contact.country", Signature.country_code, "plain"),
        Column("created", utc_second(Signature.signed_at), "plain"),
        Column("id", Signature.public_id, "plain"),
        Column("optIn", agreed("1", ""), "plain"),
    )


PRESET = Preset(
    name="proca",
    label="Proca",
    files=(PresetFile("actions.csv", _columns),),
    code_column="id",
    reads=frozenset(
        {
            *("signature_id", "campaign", "action", "kind", "email", "given_name", "family_name"),
            *("country_code", "signed_at", "wants_updates"),
        }
    ),
)
