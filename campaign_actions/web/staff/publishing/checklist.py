"""The checklist of a campaign that is not public yet, and trying its emails."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import (
    Blueprint,
    abort,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.signatures.try_emails import try_emails
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing.checklist import checklist_url, mail_locales
from campaign_actions.publishing.queries import get_plan, text_of
from campaign_actions.publishing.steps import STEPS, Step
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.publishing.open_steps import checklist_of, remember_open_steps

MAX_PROBLEMS = 5  # in a message

bp = Blueprint(
    "staff_publishing_checklist", __name__, url_prefix="/staff/campaigns/<int:campaign_id>"
)


@bp.get("/checklist/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    plan, now = get_plan(campaign_id), utc_now()
    if plan.is_open(now):
        return redirect(url_for("staff_sharing_share.show", campaign_id=campaign_id), 303)
    campaign, checklist = get_campaign_overview(campaign_id, now=now), checklist_of(plan)
    return render_template(
        "staff/publishing/checklist.html",
        campaign=campaign,
        checklist=checklist,
        progress=remember_open_steps(campaign, checklist),
        titles=STEPS,
        mail_locales=mail_locales(plan),
        now=now,
    )


@bp.post("/try-emails/")
@needs("campaigns.edit")
def send_emails(campaign_id: int) -> ResponseReturnValue:
    """Send the member the emails of all actions, in one language or in all of them."""
    plan, locale, by = get_plan(campaign_id), request.form.get("locale", ""), current_staff()
    wanted = [tag for tag in mail_locales(plan) if locale in ("", tag)]
    if not wanted:
        abort(400)
    for action in plan.actions:
        for tag in wanted:
            if text_of(action, tag):
                try_emails(action.id, tag, by=by, now=utc_now())
    message = _(
        "The emails are on their way to %(email)s. Their links do not work, because you have not"
        " taken part: there is nothing to confirm or withdraw.",
        email=by.email,
    )
    flash(message, "email")
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@dataclass(frozen=True)
class NextPage:
    """Where the first step that is not done leads, and the messages that say what is missing there."""

    address: str
    messages: tuple[tuple[str, str], ...] = ()  # words and category

    def say(self) -> None:
        for words, category in self.messages:
            flash(words, category)


def next_page(campaign_id: int) -> NextPage:
    step = checklist_of(get_plan(campaign_id)).next
    if step is None:
        return NextPage(url_for("staff_sharing_share.show", campaign_id=campaign_id))
    page, _hash, _place = step.url.partition("#")
    is_here = page == checklist_url(campaign_id)  # the message above it is not to be scrolled away
    return NextPage(page if is_here else step.url, tuple(_messages(campaign_id, step)))


def _messages(campaign_id: int, step: Step) -> Iterator[tuple[str, str]]:
    yield (
        _in_words("next_in_words", step),
        "warning" if step.name == "checks" else "message",
    )
    problems = [(found, section.locale) for section in step.sections for found in section.findings]
    for problem in problems[:MAX_PROBLEMS]:
        yield _in_words("problem_in_words", *problem), "warning"
    if more := len(problems[MAX_PROBLEMS:]):
        there = url_for("staff_publishing_checklist.show", campaign_id=campaign_id)
        yield _in_words("more_in_words", more, there), "warning"


def _in_words(macro: str, *values: object) -> str:
    words: str = get_template_attribute("staff/publishing/steps.html", macro)(*values)
    return words
