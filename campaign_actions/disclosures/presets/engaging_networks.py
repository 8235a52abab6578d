"""Engaging Networks: supporters, in files of at most 20 MB.

Only the email address is required, and identifies a supporter. The other headings are mapped to the fields
of the account, and suggested when the names are the same. An opt-in is `Y` or `N`. Limits of length are
not documented, so nothing is cut.
https://knowledge.engagingnetworks.net/datareports/importing-supporter-data-front-end
https://knowledge.engagingnetworks.net/datareports/opt-in-questions-behavior
"""

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets.base import Preset, PresetFile, agreed
from campaign_actions.exports import Column

MAX_FILE_BYTES = 20_000_000  # not 20 MiB, since the documents do not say which


def _columns(_action: Action) -> tuple[Column, ...]:
    return (
        Column("Email Address", Signature.email, "email"),
        Column("First Name", Signature.given_name),
        Column("Last Name", Signature.family_name),
        Column("Country", Signature.country_code, "plain"),
        Column("Email Updates", agreed("Y", "N"), "plain"),
        Column("Signature ID", Signature.public_id, "plain"),
    )


PRESET = Preset(
    name="engaging-networks",
    label="Engaging Networks",
    files=(PresetFile("supporters.csv", _columns),),
    code_column="Signature ID",
    reads=frozenset(
        {
            *("signature_id", "email", "given_name", "family_name", "country_code"),
            "wants_updates",
        }
    ),
    max_part_bytes=MAX_FILE_BYTES,
)
