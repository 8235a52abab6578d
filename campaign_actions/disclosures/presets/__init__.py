"""Presets: the columns of an export in the shape that another program imports.

They are for people who agreed to updates. docs/exports.md has the rules of each program, with their
sources. Every file is UTF-8 without a byte order mark, with LF and a header; no program asks for
anything else.

preset = PRESETS["salesforce"]
for file in preset.files:
    chunks = FORMATS["csv"].write([Section(file.columns(action), query)], connection)
"""

from collections.abc import Mapping

from campaign_actions.disclosures.presets import (
    action_network,
    civicrm,
    engaging_networks,
    proca,
    salesforce,
)
from campaign_actions.disclosures.presets.base import Preset, PresetFile

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        action_network.PRESET,
        civicrm.PRESET,
        engaging_networks.PRESET,
        salesforce.PRESET,
        proca.PRESET,
    )
}

__all__ = ["PRESETS", "Preset", "PresetFile"]
