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
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.save_form import add_language
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import lower_first
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.publishing.checklist.checklist import checklist_url, mail_locales
from campaign_actions.publishing.checklist.leave_out import leave_out_step
from campaign_actions.publishing.checklist.steps import STEPS, Step
from campaign_actions.publishing.checks.language_shares import source_of
from campaign_actions.publishing.queries import get_plan, text_of
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.publishing.open_steps import (
    checklist_of,
    remember_open_steps,
    unopened_actions,
)
from campaign_actions.web.staff.publishing.publishing_messages import asked_words

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
        mail_locales=mail_locales(plan) if reaches_people() else [],
        now=now,
    )


@bp.post("/checklist/skip/")
@needs("campaigns.edit")
def skip(campaign_id: int) -> ResponseReturnValue:
    """Leave out a step that can wait, and go on to the one after it."""
    name, steps = request.form.get("step", ""), checklist_of(get_plan(campaign_id)).steps
    if not any(step.name == name and step.can_wait for step in steps):
        abort(400)
    leave_out_step(campaign_id, name)
    following = next_page(campaign_id)
    following.say()
    return redirect(following.address, 303)


@bp.post("/languages/ask-translators/")
@needs("campaigns.edit")
def ask_translators(campaign_id: int) -> ResponseReturnValue:
    """Add a language without a text, so that its translators see the campaign in their lists."""
    tag, by = request.form.get("locale", ""), current_staff()
    if tag not in known_locales() or tag == source_of(get_plan(campaign_id)):
        abort(400)
    add_language(CAMPAIGN, campaign_id, tag, by=by, now=utc_now())
    flash(asked_words(campaign_id, tag))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/try-emails/")
@needs("campaigns.edit")
def send_emails(campaign_id: int) -> ResponseReturnValue:
    """Send the member the emails of all actions, in one language or in all of them."""
    if not reaches_people():
        flash(_("Email is not set up, so none can be sent. Read the emails in the previews."))
        return redirect(url_for(".show", campaign_id=campaign_id), 303)
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


def page_after_saving(campaign_id: int, action_id: int | None = None) -> NextPage | None:
    """Where the second button of a bar to save leads; None if another was pressed."""
    then = request.form.get("then", "")
    if then == "next":
        return (action_id and _next_page_of(campaign_id, action_id)) or next_page(campaign_id)
    if then == "publish":
        return NextPage(
            url_for("staff_publishing_changes.show", campaign_id=campaign_id, of=action_id)
        )
    return None


def _next_page_of(campaign_id: int, action_id: int) -> NextPage | None:
    """Of an action that has not opened in a public campaign: what it lacks, or opening it."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    lacking = unopened_actions(campaign).get(action_id)
    if lacking is None:
        return None
    if lacking:
        step, address = _("Finish action"), lacking
    elif allows("campaigns.publish", campaign_id):
        step = _("Open action")
        address = url_for(
            "staff_publishing_open_action.ask_open", campaign_id=campaign_id, action_id=action_id
        )
    else:
        return NextPage(url_for("staff_campaigns_index.show", campaign_id=campaign_id))
    words = _("Next: %(step)s", step=lower_first(step))
    return NextPage(address, ((words, "message"),))


def next_page(campaign_id: int) -> NextPage:
    step = checklist_of(get_plan(campaign_id)).next
    if (
        step is None
    ):  # it opens at its time, or is open, in which case this leads to what can be shared
        return NextPage(checklist_url(campaign_id))
    messages, checklist = tuple(_messages(campaign_id, step)), checklist_url(campaign_id)
    if step.is_pending:  # nobody goes on there
        return NextPage(checklist, messages)
    page, _hash, _place = step.url.partition("#")
    is_here = page == checklist  # the message above it is not to be scrolled away
    return NextPage(page if is_here else step.url, messages)


def _messages(campaign_id: int, step: Step) -> Iterator[tuple[str, str]]:
    yield (
        _in_words("next_in_words", step),
        "warning" if step.name == "checks" and not step.is_pending else "message",
    )
    problems = [
        (finding, section.locale)
        for section in step.sections
        for finding in section.findings
        if not finding.is_pending
    ]
    for problem in problems[:MAX_PROBLEMS]:
        yield _in_words("problem_in_words", *problem), "warning"
    if more := len(problems[MAX_PROBLEMS:]):
        there = url_for("staff_publishing_checklist.show", campaign_id=campaign_id)
        yield _in_words("more_in_words", more, f"{there}#{step.name}"), "warning"


def _in_words(macro: str, *values: object) -> str:
    words: str = get_template_attribute("staff/publishing/steps.html", macro)(*values)
    return words
