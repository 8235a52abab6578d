"""The changes of a revision in words, for the history and for comparing two revisions."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from flask import request, url_for
from flask_babel import gettext as _

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
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.appearance import ShownPicture, find_pictures
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.differences import Difference, differences
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.revision_overview import RevisionOverview
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import current_locale, language_here
from campaign_actions.web.staff.publishing.conflicts import changed_since

LANGUAGE = re.compile(r"texts\.([^.]+)\.is_public")  # whether the public sees it, in a revision


def changed_labels(
    subject: str, locales: Sequence[str], revision: RevisionOverview, *, tags: Sequence[str] = ()
) -> list[str]:
    """The labels of the fields that a revision changed, each once, in the order of the form.

    `locales`: for the names of partners and the texts of questions. `tags`: the languages in their order.
    """
    fields = [
        name for name in revision.fields if not (revision.changed_page and LANGUAGE.fullmatch(name))
    ]
    return _labels(subject, locales, fields, revision.contents, tags)


def news_since(campaign_id: int, subject: Versioned, subject_id: int) -> str:
    """That someone has saved it since the page that was sent was opened; empty if nobody has."""
    seen = request.form.get("seen", type=int)
    _content, newest = find_content(subject, subject_id)
    return "" if seen in (None, newest) else changed_since(campaign_id)


def kept_words(
    subject: str,
    locales: Sequence[str],
    names: Collection[str],
    newest: Content,
    content: Content,
    *,
    tags: Sequence[str],
) -> list[str]:
    """Sentences about the fields and languages that stay if a revision with this content is restored.

    `names`: of those fields. The details of a picture that differs are not named.
    """
    of_picture = {*picture_content.DETAILS, *picture_content.TEXTS} if "picture" in names else ()
    lacking = sorted(texts_in(newest).keys() - texts_in(content).keys())
    of_lacking = tuple(f"texts.{tag}." for tag in lacking)
    shown = [
        name
        for name in names
        if name.rpartition(".")[2] not in of_picture and not name.startswith(of_lacking)
    ]
    found = []
    if labels := _labels(subject, locales, shown, (newest, content), tags):
        found.append(
            _(
                "Restoring this revision leaves these fields as they are: %(fields)s.",
                fields=join_with_commas(labels),
            )
        )
    if lacking:
        found.append(
            _(
                "The revision has no text in these languages, which stay as they are: %(languages)s.",
                languages=join_with_commas(map(language_here, lacking)),
            )
        )
    return found


def _labels(
    subject: str,
    locales: Sequence[str],
    fields: Collection[str],
    contents: Sequence[Content],
    tags: Sequence[str],
) -> list[str]:
    owners = owner_names(contents, locales)
    old, new = contents if len(contents) > 1 else ({}, {})
    order = question_order(new, old)
    names = (
        name
        for name in sorted(fields, key=lambda name: field_order(subject, name, tags, order))
        if not contents or says_something(name, old, new)
    )
    whole = whole_questions(old, new, owners, locales)
    labels = (
        whole[name].label if name in whole else field_label(subject, name, names=owners)
        for name in names_with_whole(names, whole)
    )
    return list(dict.fromkeys(labels))


def shown_and_hidden(revision: RevisionOverview) -> tuple[list[str], list[str]]:
    """The names of the languages that a revision showed to the public, and of those that it hid.

    Of one that replaced nothing in public, they are among the fields that it changed.
    """
    if not revision.changed_page or len(revision.contents) < 2:
        return [], []
    old, new = revision.contents
    found = {found[1]: name for name in revision.fields if (found := LANGUAGE.fullmatch(name))}
    shown = [tag for tag, name in sorted(found.items()) if new.get(name) and not old.get(name)]
    hidden = [tag for tag, name in sorted(found.items()) if old.get(name) and not new.get(name)]
    return [language_here(tag) for tag in shown], [language_here(tag) for tag in hidden]


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
