"""The form of a question, with what was sent or else with what is stored."""

from flask import request

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.questions.edit_forms import (
    BilingualQuestionForm,
    QuestionForm,
    QuestionTextForm,
)
from campaign_actions.actions.questions.labels import recipients_for
from campaign_actions.actions.questions.stored import (
    MAX_QUESTIONS,
    PREFIX,
    Question,
    asked_in,
    is_signed,
    questions_in,
)
from campaign_actions.campaigns.save_form import choose_of
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.second_language import last_choice


def question_form(
    campaign: CampaignOverview,
    action: ActionOverview,
    key: str,
    question: Question,
    content: Content,
) -> BilingualQuestionForm:
    """In all languages of the action. Those that are not side by side are hidden, with their texts."""
    sent, prefix = submitted_form(), f"{PREFIX}.{key}."
    wanted = request.args if sent is None else request.form
    languages = languages_of(campaign, action)
    shown = choose_of(languages, wanted, last=last_choice(languages))
    hidden = [tag for tag in languages if tag not in shown]
    form = BilingualQuestionForm(
        QuestionForm(sent, prefix=prefix),
        {tag: QuestionTextForm(sent, prefix=f"{prefix}{tag}.") for tag in (*shown, *hidden)},
        content,
        is_submitted=sent is not None,
        kept=hidden,
    )
    form.source, form.reader = campaign.source_locale, current_locale()
    form.is_full = len(asked_in(content).keys() - {key}) >= MAX_QUESTIONS
    recipients = recipients_for(action.kind.name, question["type"])
    form.set_up(question, recipients=recipients, answered=answered_in(action.id).get(key))
    return form


def languages_of(campaign: CampaignOverview, action: ActionOverview) -> list[str]:
    """The languages of the action; of a new one, those of its campaign."""
    return list(action.locales or campaign.locales)


def answered_in(action_id: int) -> dict[str, Question]:
    """The questions that people can have answered, as they are public."""
    connection = db.session.connection()
    if not is_signed(connection, action_id):
        return {}
    return questions_in(ACTION.read(connection, action_id))
