"""Two people who change the brand at the same time: neither undoes what only the other has changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign_actions.campaigns.versioning.three_way_merge import merge
from campaign_actions.core.forms.digests import digests_of, read_digests, write_digests
from campaign_actions.core.organization import BrandPicture
from campaign_actions.organization.forms import PICTURES, BrandForm


@dataclass(frozen=True)
class BrandClash:
    """`clashes`: the fields that both have changed; `theirs`: the saved values by field name."""

    clashes: Collection[str]
    theirs: Mapping[str, str | BrandPicture | None]
    differences: Mapping[str, Any] = field(default_factory=dict)


def digests_in(form: BrandForm) -> str:
    """For its field `opened`."""
    return write_digests(digests_of(_values(form)))


def merge_saved(form: BrandForm, saved: BrandForm) -> tuple[str, ...]:
    """Take the saved values of the fields that are as the page showed them; returns those that clash.

    `saved`: a form with what is saved now, on which `form` is based from here on.
    """
    merged = merge(
        read_digests(form.opened.data), digests_of(_values(form)), digests_of(_values(saved))
    )
    take_saved(form, saved, merged.taken)
    form.version.data, form.opened.data = saved.version.data, saved.opened.data
    return merged.clashes


def take_saved(form: BrandForm, saved: BrandForm, names: Collection[str]) -> None:
    fields = _values(saved)
    for name in names:
        if name in PICTURES:
            form.keep(name, saved.picture(name) or "")
        elif name in fields:
            form[name].data = saved[name].data


def _values(form: BrandForm) -> dict[str, str]:
    texts = {
        f"{name}-{tag}": text for tag, its in form.texts().items() for name, text in its.items()
    }
    pictures: dict[str, str] = {name: form.picture(name) or "" for name in PICTURES}
    return {**texts, **pictures, "accent": form.colour}
