"""Words of another language in a catalog of this one: letters do not tell French from Spanish."""

from collections.abc import Iterable, Mapping

from campaign_actions.catalogs.files.validate import Checked, Refusal
from campaign_actions.catalogs.store.shipped import shipped_locales, shipped_translations
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.message import Forms, Issue, Message

ENOUGH = 20  # messages that say the same in both; a few words are the same in many languages


def refuse_other_language(checked: Checked, messages: Iterable[Message], tag: str) -> None:
    """Refuse a checked file as a whole if most of what it says is what another language says."""
    other = _resembled(checked.translations, messages, tag)
    if other:
        fault = Issue("other_language", {"found": language_name(other)})
        checked.refusals = [Refusal(fault=fault)]
        checked.translations, checked.doubts, checked.entries = {}, [], []


def _resembled(
    translations: Mapping[str, Forms], messages: Iterable[Message], tag: str
) -> str | None:
    said = {
        (message.context, message.source): translations[message.key]
        for message in messages
        if message.key in translations
    }
    for other in shipped_locales():
        theirs = shipped_translations(other) if _base(other) != _base(tag) else {}
        same = sum(theirs.get(key) == forms for key, forms in said.items())
        if same >= ENOUGH and same * 2 > len(said):
            return other
    return None


def _base(tag: str) -> str:
    return tag.partition("-")[0]
