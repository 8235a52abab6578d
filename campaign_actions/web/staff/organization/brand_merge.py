"""Two people who change the brand at the same time: neither undoes what only the other has changed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from campaign_actions.campaigns.versioning.three_way_merge import merge
from campaign_actions.core.organization import BrandPicture
from campaign_actions.organization.forms import PICTURES, BrandForm


@dataclass(frozen=True)
class BrandClash:
    """`clashes`: the fields that both have changed; `theirs`: the saved values by field name."""

    clashes: Collection[str]
    theirs: Mapping[str, str | BrandPicture | None]
    differences: Mapping[str, Any] = field(default_factory=dict)


def digests_of(form: BrandForm) -> str:
    """A digest of each value, as JSON: it tells which ones have changed when the form comes back."""
    return json.dumps(_digests(form))


def merge_saved(form: BrandForm, saved: BrandForm) -> tuple[str, ...]:
    """Take the saved values of the fields that are as the page showed them; returns those that clash.

    `saved`: a form with what is saved now, on which `form` is based from here on.
    """
    merged = merge(_opened(form), _digests(form), _digests(saved))
    take_saved(form, saved, merged.taken)
    form.version.data, form.opened.data = saved.version.data, saved.opened.data
    return merged.clashes


def take_saved(form: BrandForm, saved: BrandForm, names: Collection[str]) -> None:
    for name in names:
        if name in PICTURES:
            form.keep(name, saved.picture(name) or "")
        elif name in _values(saved):
            form[name].data = saved[name].data


def _values(form: BrandForm) -> dict[str, str]:
    texts = {
        f"{name}-{tag}": text for tag, its in form.texts().items() for name, text in its.items()
    }
    pictures: dict[str, str] = {name: form.picture(name) or "" for name in PICTURES}
    return {**texts, **pictures, "accent": form.colour}


def _digests(form: BrandForm) -> dict[str, str]:
    return {
        name: blake2b(value.encode(), digest_size=6).hexdigest()
        for name, value in _values(form).items()
    }


def _opened(form: BrandForm) -> dict[str, str]:
    """Nothing if it is not what a page sent: then all fields that differ clash."""
    try:
        found = json.loads(form.opened.data or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
