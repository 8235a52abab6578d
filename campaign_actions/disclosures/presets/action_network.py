"""Action Network: one file for its uploads.

It requires only the email address, and offers its own fields for headings that have the same name.
No limits of length are documented, so nothing is cut. Action Network subscribes people who are new to
the list, and does not resubscribe those who unsubscribed there.
https://help.actionnetwork.org/hc/en-us/articles/203112959-File-formats-for-list-uploads
"""

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets.base import Preset, PresetFile, agreed, constant
from campaign_actions.exports import Column


def _columns(action: Action) -> tuple[Column, ...]:
    return (
        Column("email", Signature.email, "email"),
        Column("first_name", Signature.given_name),
        Column("last_name", Signature.family_name),
        Column("country", Signature.country_code, "plain"),
        Column("language", Signature.locale, "plain"),
        Column("can2_user_tags", constant(_tags(action)), "plain"),
        Column("can2_subscription_status", agreed("subscribed", "unsubscribed"), "plain"),
        Column("signature_id", Signature.public_id, "plain"),
    )


def _tags(action: Action) -> str:
    """Two tags. The second includes the campaign, since two campaigns can have actions of one name.

    Tags may have letters, digits, underscores and hyphens, and are separated by commas:
    https://help.actionnetwork.org/hc/en-us/articles/203846165-Using-tags
    """
    return f"{action.campaign.slug}, {action.campaign.slug}_{action.slug}"


PRESET = Preset(
    name="action-network",
    label="Action Network",
    files=(PresetFile("activists.csv", _columns),),
    code_column="signature_id",
    reads=frozenset(
        {
            *("signature_id", "campaign", "action", "email", "given_name", "family_name"),
            *("country_code", "language", "wants_updates"),
        }
    ),
)
