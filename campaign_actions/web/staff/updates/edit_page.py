"""The page on which an update is written: its texts, and who gets it."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.campaigns.save_form import NO_LANGUAGE, choose_of
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import db
from campaign_actions.core.forms.digests import digests_of, write_digests
from campaign_actions.core.i18n.locale import locales
from campaign_actions.staff.queries import member_names
from campaign_actions.updates import draft
from campaign_actions.updates.audience import Audience, audience_of
from campaign_actions.updates.checks.translations import outdated
from campaign_actions.updates.forms import AudienceForm, UpdateForm, content_of
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import texts_of
from campaign_actions.updates.schedule import RETURNED
from campaign_actions.updates.translations import catalog_of_update, part_name
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff
from campaign_actions.web.staff.campaigns.still_right import ticked_fields
from campaign_actions.web.staff.campaigns.translation_state import translation_state
from campaign_actions.web.staff.second_language import last_choice
from campaign_actions.web.staff.updates.audience import (
    audience_facts,
    audience_form,
    audience_values,
)
from campaign_actions.web.staff.updates.clash import (
    RECIPIENTS,
    Clash,
    is_unchanged,
    merge,
    parts_of,
    recipients,
)
from campaign_actions.web.staff.updates.heads import head_values, log_name
from campaign_actions.web.staff.updates.progress import declined_values, pending_request


class EditPage:
    """`texts`: those that it begins with, if nothing was submitted. `scope`: that of a new update."""

    def __init__(
        self,
        action: ActionOverview,
        texts: dict[str, UpdateText],
        audience: Audience,
        update: Update | None = None,
        *,
        scope: str = "actions",
    ) -> None:
        self.action, self.update = action, update
        sent = submitted_form()
        tags = languages_of(action, *texts)
        wanted = request.args if sent is None else request.form
        shown = choose_of(tags, wanted, last=_second_language(tags, texts))
        ordered = [*shown, *(tag for tag in tags if tag not in shown)]
        self.form = UpdateForm.for_locales(ordered, texts, sent, shown=shown)
        scope = update.scope if update else scope
        self.goes_to: AudienceForm = audience_form(action, audience, scope)

    @property
    def is_of_campaign(self) -> bool:
        """As its recipients are chosen now, saved or not."""
        chosen = self.goes_to.actions()
        return chosen is None or len(chosen) > 1

    @property
    def log_name(self) -> str:
        return log_name(self.action, is_of_campaign=self.is_of_campaign)

    def validate(self) -> bool:
        is_valid = all([self.form.validate(), self.goes_to.validate()])
        if not is_valid:
            self.form.reveal(())
        return is_valid

    def count(self) -> ResponseReturnValue:
        """The page again with everything that was typed, and the number of the chosen recipients."""
        release_slot()  # counting may take a second
        return self.show(status=200 if self.goes_to.validate() else 400, is_unsaved=True)

    def show(
        self,
        *,
        status: int = 200,
        met: Clash | None = None,
        about: ActionOverview | None = None,
        is_unsaved: bool = False,
    ) -> ResponseReturnValue:
        form, update = self.form, self.update
        written = list(texts_of(update.id)) if update else []
        filled = [tag for tag, text in form.written().items() if any(text)]
        page = render_template(
            "staff/updates/edit.html",
            **head_values(self.action, is_of_campaign=self.is_of_campaign),
            form=form,
            update=update,
            written=written,
            kept=[tag for tag in written if tag not in form.texts],
            met=met,
            author=_author(update) if met else "",
            is_own=bool(met and update and update.saved_by == current_staff().id),
            their_recipients=audience_facts(self.action, update) if update and met else [],
            is_unsaved=is_unsaved or status != 200,
            about=about,
            asked_for=pending_request(update) if update else None,
            returned=RETURNED.get(update.returned_why or "") if update else None,
            **(self._translation(update) | declined_values(update) if update else {}),
            **audience_values(self.action, self.goes_to, filled),
        )
        return make_response(page, status)

    def _translation(self, update: Update) -> dict[str, Any]:
        """The changes of the source since it was translated."""
        part, saved = part_name(update.id), content_of(texts_of(update.id))
        state = translation_state(catalog_of_update(update), part, self.form, saved)
        state.confirmed = ticked_fields(request.form)
        return {"translation": state, "outdated": outdated(update)}

    def note_stored(self, update: Update) -> None:
        """Notes in the form the update as it is saved now, so that changes of others are noticed."""
        self.form.own["seen"].data = draft.fingerprint(db.session.connection(), update.id)
        self.form.own["was"].data = write_digests(digests_of(parts_of(update)))

    def take_theirs(self, update: Update) -> None:
        """Put in the other person’s texts where their versions were ticked."""
        stored = parts_of(update)
        for texts in self.form.texts.values():
            for field in texts:
                if field.name in request.form.getlist("take"):
                    field.data = stored.get(field.name, "")

    def merge(self, update: Update) -> Clash | None:
        """Put in the changes of someone else. Returns those that clash with changes in the form."""
        db.session.refresh(update)
        keeps_theirs = self.leaves_recipients()
        met = merge(self.form, self._recipients(), parts_of(update))
        self.form.reveal(met.clashes if met else ())
        self.note_stored(update)
        if keeps_theirs:
            self.goes_to = audience_form(self.action, audience_of(update), update.scope, again=True)
        return met

    def leaves_recipients(self) -> bool:
        return is_unchanged(RECIPIENTS, self._recipients(), self.form)

    def _recipients(self) -> str:
        return recipients(self.goes_to.actions(), self.goes_to.wanted())


def _author(update: Update | None) -> str:
    """The name of the person who saved last."""
    saved_by = update.saved_by if update else None
    return member_names([saved_by]).get(saved_by, "") if saved_by else ""


def _second_language(tags: Sequence[str], texts: Collection[str]) -> str:
    """The last choice of the member, or else a language that the draft has beside the first one."""
    others, chosen = tags[1:], last_choice(tags)
    if chosen in {*others, NO_LANGUAGE}:
        return chosen
    return next((tag for tag in others if tag in texts), "")


def languages_of(action: ActionOverview, *written: str) -> list[str]:
    """The served languages of the action, and those that already have a text."""
    return [tag for tag in locales() if tag in {*action.locales, *written}] or [locales()[0]]
