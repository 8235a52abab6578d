"""The first steps of an installation, until people can sign and confirm, and a second person is there."""

from collections.abc import Sequence
from functools import partial

from flask import current_app, flash, get_template_attribute, url_for
from flask_babel import gettext as _

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.list_format import join_list
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.i18n.timezones import city_of
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.organization import organization_name, organization_timezone
from campaign_actions.core.urls import is_reachable
from campaign_actions.outbox.delivery import Delivery
from campaign_actions.publishing.findings import STATUS_URL
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.campaign_table import visible_campaigns
from campaign_actions.web.staff.first_steps.first_step import FirstStep, next_step
from campaign_actions.web.staff.first_steps.situation import (
    Situation,
    contact_address,
    current_situation,
    has_timezone,
)
from campaign_actions.web.staff.waiting.item import next_words


def first_steps(situation: Situation) -> Sequence[FirstStep]:
    """In the order in which they are best taken; none once they are over.

    Once a campaign is public, only what is left for the member.
    """
    if situation.is_over:
        return []
    steps = [
        _protect_account(situation),
        _set_up_email(situation.delivery),
        _name_organization(),
        _set_timezone(),
        _invite(situation),
        _create_campaign(situation),
        _write_consent(situation),
        _publish(situation),
    ]
    steps = [step.as_decided(situation.left_out) for step in steps]
    if situation.has_public_campaign:
        return [step for step in steps if step.address and not (step.is_done or step.is_left_out)]
    return steps


def say_next_step() -> None:
    """The next of the first steps as a message with a link, for the page on which one was done."""
    steps = first_steps(current_situation(visible_campaigns(utc_now())))
    if step := next_step(steps):
        link = get_template_attribute("staff/parts.html", "next_link")
        flash(link(next_words(step.title, step.campaign), step.address))


def _protect_account(situation: Situation) -> FirstStep:
    title = _("Protect your account")
    if situation.has_recovery_codes:
        text = _("Your second factor is set up. Keep your recovery codes in a safe place.")
        return FirstStep(title, text, True, _("Your account"), url_for("staff_account.show"))
    text = _(
        "Your second factor is set up. Recovery codes let you log in if you lose it. Create them and"
        " print them."
    )
    address = url_for("staff_account_factors.recovery_codes")
    button = _("Create recovery codes")
    return FirstStep(title, text, False, button, address, is_optional=True, name="recovery")


def _set_up_email(delivery: Delivery) -> FirstStep:
    """Done once a mail server has accepted an email: settings alone may be wrong."""
    title, is_complete = _("Set up email"), reaches_people() and is_reachable()
    anchor = "mail" if is_complete else "email-setup"
    address = url_for("staff_status.show", _anchor=anchor) if allows("system.watch") else ""
    waiting = _("Waiting for the people who run the server.")
    if is_complete and delivery.reason:
        text = f"{waiting} {delivery.words}"
        return FirstStep(title, text, False, _("See whom to ask"), address, is_pending=True)
    if is_complete:
        text = _(
            "Emails are sent from %(address)s. Links in them begin with %(url)s.",
            address=current_app.config["MAIL_SENDER"],
            url=current_app.config["PUBLIC_URL"],
        )
        if not delivery.has_accepted:
            untried = _("No mail server has accepted an email yet.")
            text = f"{text} {untried}"
        return FirstStep(
            *(title, text, delivery.has_accepted, _("Send a test email"), address),
            keeps_button=True,
        )
    if reaches_people():
        text = _(
            "Links in emails begin with %(url)s, which opens on the server alone. Ask someone with access"
            " to the server to set PUBLIC_URL.",
            url=current_app.config["PUBLIC_URL"],
        )
    elif is_reachable():
        text = _(
            "Emails are written to files on the server and reach nobody. Ask someone with access to the"
            " server to set MAIL_URL and MAIL_SENDER."
        )
    else:
        text = _(
            "Emails are written to files on the server and reach nobody. Ask someone with access to the"
            " server to set MAIL_URL, MAIL_SENDER and PUBLIC_URL."
        )
    blocked = _("Until then, no campaign with an action can be published.")
    button = _("How to set it up")
    return FirstStep(title, f"{waiting} {text} {blocked}", False, button, address, is_pending=True)


def _name_organization() -> FirstStep:
    email = contact_address()
    text = (
        _(
            "Pages name %(name)s, and %(email)s for questions.",
            name=organization_name(),
            email=email,
        )
        if email
        else _(
            "Pages name %(name)s, but no address for questions about personal data.",
            name=organization_name(),
        )
    )
    address = ""
    if allows("organization.edit"):
        address = url_for("staff_organization_brand.edit")
    return FirstStep(_("Say who you are"), text, bool(email), _("Name and contact"), address)


def _set_timezone() -> FirstStep:
    text = _(
        "The time zone is %(zone)s, unless someone chooses another for their account.",
        zone=city_of(organization_timezone()),
    )
    address = url_for("staff_organization_time_zone.edit") if allows("organization.edit") else ""
    is_done = has_timezone()
    return FirstStep(_("Set the time zone"), text, is_done, _("Choose time zone"), address)


def _invite(situation: Situation) -> FirstStep:
    step = partial(FirstStep, _("Invite a second person"), is_optional=True, name="invite")
    if situation.invited and not situation.has_colleague:
        name = situation.invited.email
        address = url_for("staff_people.show", staff_id=situation.invited.id)
        return step(
            _("%(name)s has not joined yet.", name=name),
            False,
            _("See invitation"),
            address if situation.may_invite else "",
            is_pending=True,
        )
    text = _(
        "Two people can help each other when one loses a phone, and approve each other’s consent texts."
        " From three people on, exports and important roles need the approval of a second person."
    )
    address = url_for("staff_people.invite") if situation.may_invite else ""
    return step(text, situation.has_colleague, _("Invite someone"), address)


def _create_campaign(situation: Situation) -> FirstStep:
    title, is_done = _("Create your first campaign"), situation.campaign is not None
    if situation.may_write:
        text = _(
            "A topic and one sentence are enough to begin. Nothing is public until you publish it."
        )
        address = url_for("staff_campaigns_create.new")
        return FirstStep(title, text, is_done, _("Create campaign"), address)
    return FirstStep(
        title,
        _("Your roles do not include writing campaigns. Assign yourself the role of a campaigner."),
        is_done,
        _("Change your roles"),
        url_for("staff_people.show", staff_id=situation.staff_id),
    )


def _write_consent(situation: Situation) -> FirstStep:
    step = partial(FirstStep, _("Write the consent text"))
    draft, campaign = situation.proposed, situation.campaign
    if draft and not situation.has_consent:
        address = _consent_page(draft.kind, draft.locale, situation)
        if draft.staff_id != situation.staff_id or not situation.approvers:
            text = _("A text has been proposed. It applies once it is approved.")
            return step(text, False, _("Review and approve"), address)
        names = join_list(list(situation.approvers))
        text = _("You have proposed a text. It is pending approval by %(names)s.", names=names)
        return step(text, False, _("See proposal"), address, is_pending=True)
    text = (
        _("People agree to it when they take part.")
        if situation.has_consent
        else _(
            "People agree to it when they take part. Without it, nobody can take part in that language."
            " If a second person can approve texts, they have to approve it."
        )
    )
    locale = campaign.locale if campaign else current_locale()
    address = _consent_page("petition", locale, situation)
    return step(text, situation.has_consent, _("Write text"), address)


def _publish(situation: Situation) -> FirstStep:
    if situation.awaits_email and not situation.has_public_campaign:
        return _publish_with_email()
    text = _("The campaign’s checklist says what is missing. Then you publish it.")
    address = ""
    if situation.campaign:
        address = url_for("staff_publishing_checklist.show", campaign_id=situation.campaign.id)
    return FirstStep(
        *(_("Publish your campaign"), text, situation.has_public_campaign),
        *(_("Open checklist"), address),
        campaign=situation.campaign.title if situation.campaign else "",
    )


def _publish_with_email() -> FirstStep:
    """Nobody at the workspace can go on."""
    title, text = _("Publish your campaign"), _("Pending until email is set up.")
    address = STATUS_URL if allows("system.watch") else ""
    return FirstStep(title, text, False, _("How to set it up"), address, is_pending=True)


def _consent_page(kind: str, locale: str, situation: Situation) -> str:
    """It leads on to the next step of the campaign."""
    campaign_id = situation.campaign.id if situation.campaign else None
    return url_for(
        "staff_translations_consent.edit", language=locale, kind=kind, campaign=campaign_id
    )
