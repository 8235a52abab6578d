"""The questions of an action as the form asks them, in one language."""

from flask import get_template_attribute
from markupsafe import Markup

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.questions.asked import AskedQuestion, asked_and_former
from campaign_actions.actions.questions.sign_form import fields_to_show
from campaign_actions.actions.questions.stored import settings_in, texts_in_locale
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.templating.environment import locale_context

PREFIX = "seen-"  # of the ids of fields that are only shown


def preview_of(content: Content, action: ActionOverview, locale: str) -> Markup:
    """The fields of the questions that it asks in a language; empty if there are none."""
    questions, _former = asked_and_former(settings_in(content), texts_in_locale(content, locale))
    with locale_context(locale):
        return rendered_fields(action.kind, questions)


def rendered_fields(kind: ActionKind, questions: tuple[AskedQuestion, ...]) -> Markup:
    """In the language of the page."""
    form = fields_to_show(kind, questions, prefix=PREFIX)
    html: Markup = get_template_attribute("components/fields.html", "questions_of")(form)
    return html


def preview_locale(wanted: str, action: ActionOverview) -> str:
    """The language of the preview: the wanted one, if the action is written in it."""
    return wanted if wanted in action.locales else action.locale
