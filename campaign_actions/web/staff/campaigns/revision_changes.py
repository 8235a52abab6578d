"""The changes of a revision in words, for the history and for comparing two revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import url_for

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.field_labels import (
    field_label,
    field_order,
    format_value,
    owner_names,
)
from campaign_actions.actions.questions.differences import says_something
from campaign_actions.actions.questions.whole_changes import (
    WholeQuestion,
    names_with_whole,
    question_order,
    whole_questions,
)
from campaign_actions.campaigns.appearance import ShownPicture, find_pictures
from campaign_actions.campaigns.versioning.differences import Difference, differences
from campaign_actions.campaigns.versioning.history import RevisionOverview
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.i18n.locale import current_locale


def changed_labels(
    subject: str, locales: Sequence[str], revision: RevisionOverview, *, tags: Sequence[str] = ()
) -> list[str]:
    """The labels of the fields that a revision changed, each once, in the order of the form.

    `locales`: for the names of partners and the texts of questions. `tags`: the languages in their order.
    """
    owners = owner_names(revision.contents, locales)
    old, new = revision.contents if len(revision.contents) > 1 else ({}, {})
    order = question_order(new, old)
    names = (
        name
        for name in sorted(
            revision.fields, key=lambda name: field_order(subject, name, tags, order)
        )
        if not revision.contents or says_something(name, old, new)
    )
    whole = whole_questions(old, new, owners, locales)
    labels = (
        whole[name].label if name in whole else field_label(subject, name, names=owners)
        for name in names_with_whole(names, whole)
    )
    return list(dict.fromkeys(labels))


def languages_of(campaign: CampaignOverview) -> tuple[str, ...]:
    """In which texts are named, the first one preferred."""
    return current_locale(), campaign.source_locale, campaign.locale


def kept_pictures(campaign_id: int, *contents: Content) -> dict[str, ShownPicture]:
    """By name. Those that were replaced or removed for the public are deleted."""
    folder = url_for("staff_campaigns_appearance.edit", campaign_id=campaign_id)
    found = find_pictures(campaign_id, (one["picture"] for one in contents if one.get("picture")))
    return {name: replace(picture, folder=folder) for name, picture in found.items()}


def shown_differences(
    subject: str,
    old: Content,
    new: Content,
    whole: Mapping[str, WholeQuestion],
    *,
    tags: Sequence[str],
) -> list[Difference]:
    """In the order of the form. A question of `whole` is one, without words. `tags`: languages in order."""
    found = {
        one.name: one
        for one in differences(old, new, format_value)
        if says_something(one.name, old, new)
    }
    questions = question_order(new, old)
    in_order = sorted(found, key=lambda name: field_order(subject, name, tags, questions))
    return [found.get(name) or Difference(name, ()) for name in names_with_whole(in_order, whole)]
