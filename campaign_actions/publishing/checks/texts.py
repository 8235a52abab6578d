"""Is all written, in a language: campaign, actions, partners, the words for the picture, consent?"""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.core.i18n.lists import join_with_commas
from campaign_actions.publishing.queries import Plan, text_of, title_of
from campaign_actions.publishing.result import (
    Finding,
    edit_address,
    partners_address,
    picture_address,
)

# By the names that their fields have where they are written.
CAMPAIGN_TEXTS = {
    "title": _l("Topic"),
    "headline": _l("Headline"),
    "summary": _l("Summary"),
    "body": _l("Text of the page"),
}
ACTION_TEXTS = {
    "title": _l("Demand"),
    "addressee": _l("To whom"),
    "summary": _l("Summary"),
    "teaser": _l("Teaser"),
    "button": _l("Button"),
    "body": _l("Why"),
    "thanks": _l("Thanks"),
    "share_text": _l("Text to share"),
}
ACTION_TEXTS_THAT_MAY_BE_EMPTY = {"background": _l("Background")}


def look_at_texts(plan: Plan, locale: str) -> Iterator[Finding]:
    yield from _campaign(plan, locale)
    for action in plan.actions:
        yield from _action(plan, action, locale)
    yield from _partners(plan, locale)
    yield _consent(plan, locale)


def _campaign(plan: Plan, locale: str) -> Iterator[Finding]:
    text, address = plan.texts[locale], edit_address(plan.campaign.id)
    missing = _empty(text, CAMPAIGN_TEXTS)
    if plan.has_picture and not text.picture_alt.strip():
        yield Finding(
            "mend",
            _("The picture is not described in this language."),
            _("Say in a few words what is on it, for those who do not see it."),
            picture_address(plan.campaign.id),
        )
    if missing:
        yield Finding(
            "mend",
            _("The campaign lacks: %(fields)s.", fields=join_with_commas(missing)),
            _("Write what is missing, or leave this language out."),
            address,
        )
    else:
        yield Finding("ok", _("The campaign is written."))


def _action(plan: Plan, action: Any, locale: str) -> Iterator[Finding]:
    text, address = text_of(action, locale), edit_address(plan.campaign.id, action.id)
    subject: dict[str, Any] = {
        "subject": title_of(action, locale),
        "action_id": action.id,
        "locale": locale,
    }
    remedy = _("Write what is missing, or leave this language out.")
    if text is None:
        words = _("This action is not written in this language.")
        yield Finding("mend", words, remedy, address, **subject)
        return
    needed, free = _needed_and_free(text_of(action, plan.campaign.source_locale))
    if missing := _empty(text, needed):
        words = _("This action lacks: %(fields)s.", fields=join_with_commas(missing))
        yield Finding("mend", words, remedy, address, **subject)
    else:
        yield Finding("ok", _("The action is written."), **subject)
    if optional := _empty(text, free):
        words = _("Empty, as it may be: %(fields)s.", fields=join_with_commas(optional))
        yield Finding("warning", words, _("Write it, if there is more to say."), address, **subject)


def _needed_and_free(source: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Texts that may be empty are needed where the source has them: no language shows half of a page."""
    free = {
        field: name
        for field, name in ACTION_TEXTS_THAT_MAY_BE_EMPTY.items()
        if source is None or not getattr(source, field).strip()
    }
    needed = ACTION_TEXTS | ACTION_TEXTS_THAT_MAY_BE_EMPTY
    return {field: name for field, name in needed.items() if field not in free}, free


def _partners(plan: Plan, locale: str) -> Iterator[Finding]:
    address = partners_address(plan.campaign.id)
    for number, partner in enumerate(plan.campaign.partners, 1):
        texts = {text.locale: text for text in partner.texts}
        text, source = texts.get(locale), texts.get(plan.campaign.source_locale)
        if text is None or not text.name.strip():
            yield Finding(
                "mend",
                _("Partner %(number)d has no name in this language.", number=number),
                _("Write the name of the partner, or leave this language out."),
                address,
            )
        elif not text.points.strip():
            is_agreed = source is not None and bool(source.points.strip())
            yield Finding(
                "mend" if is_agreed else "warning",
                _("There are no action points of %(partner)s in this language.", partner=text.name),
                _("Write what is missing, or leave this language out.")
                if is_agreed
                else _("Write what was agreed with the partner, if anything was."),
                address,
            )
        else:
            yield Finding("ok", _("The partner %(partner)s is written.", partner=text.name))


def _consent(plan: Plan, locale: str) -> Finding:
    if locale in plan.consents:
        return Finding("ok", _("There is a consent text."))
    return Finding(
        "mend",
        _("There is no consent text in this language, so nobody can sign in it."),
        _("Publish a consent text, or leave this language out."),
        "/staff/consent/",
    )


def _empty(text: Any, fields: dict[str, Any]) -> list[str]:
    return [str(name) for field, name in fields.items() if not getattr(text, field).strip()]
