"""The page on which administrators switch something off and on again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.listing.titles import titled_actions
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.i18n.locale import language_name, locales, locales_current_first
from campaign_actions.core.switches.state import KINDS, Kind, Switch, switch_state
from campaign_actions.switches.actors import format_actor
from campaign_actions.switches.forms import SwitchForm
from campaign_actions.switches.names import UNPROVED, find_switch
from campaign_actions.switches.queries import action_names, latest_pauses
from campaign_actions.switches.switch import switch_off, switch_on
from campaign_actions.switches.texts import SWITCH_TEXTS, SwitchText
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.responses import flash_and_redirect
from campaign_actions.web.staff.switches.off import OffItem, off_items, switch_headings

HISTORY_SIZE = 20
OF_ONE_ACTION: Mapping[Kind, str] = {"action": "", "unproved": UNPROVED}  # with their prefixes
bp = Blueprint("staff_switches", __name__, url_prefix="/staff/switches")


@dataclass(frozen=True)
class Panel:
    """Something that can be switched off. `choices`: labels by name, if there are several of the kind."""

    id: str
    text: SwitchText
    name: str = ""
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True)
class PastPause:
    """One line of the history. The last three are None while it goes on."""

    heading: str
    off_at: datetime
    off_by: str
    off_reason: str
    on_at: datetime | None
    on_by: str | None
    on_reason: str | None


@bp.get("/")
@needs("switches.use")
def show() -> ResponseReturnValue:
    """A page about an action links here with its name."""
    return _page(None, chosen=request.args.get("action", ""))


@bp.post("/<any(off,on):to>/")
@needs("switches.use")
def switch(to: str) -> ResponseReturnValue:
    """Switch something off or on. An error is shown in the form that was sent, with what was typed."""
    form = SwitchForm()
    if not form.validate():
        return _page(form), 400
    turn = switch_off if to == "off" else switch_on
    try:
        found = find_switch(form.switch.data or "")
        turn(found, reason=form.reason.data or "", actor=current_staff().email, now=utc_now())
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return _page(form), error.status
    text = SWITCH_TEXTS[found.kind]
    return flash_and_redirect(str(text.is_off if to == "off" else text.is_on), url_for(".show"))


def _page(sent: SwitchForm | None, *, chosen: str = "") -> str:
    items, off = off_items(), switch_state().off
    actions = titled_actions(names := action_names(), locales=locales_current_first())
    choices: dict[Kind, Mapping[str, str]] = {
        **{
            kind: {
                prefix + name: label_value(name, actions[key].title)
                for key, name in names.items()
                if Switch(kind, str(key)) not in off
            }
            for kind, prefix in OF_ONE_ACTION.items()
        },
        "language": {
            tag: language_name(tag) for tag in locales() if Switch("language", tag) not in off
        },
    }
    panels = [_panel(kind, choices.get(kind)) for kind in KINDS if Switch(kind) not in off]
    values = switches_page_values(items, panels, list(_history()), sent, chosen=chosen)
    return render_template("staff/switches/show.html", **values)


def switches_page_values(
    items: Sequence[OffItem],
    panels: Sequence[Panel],
    history: Sequence[PastPause],
    sent: SwitchForm | None,
    *,
    chosen: str = "",
) -> dict[str, object]:
    """The values of the template. `sent`: a form that was not accepted. `chosen`: an action by name."""
    ids = [*(panel.id for panel in panels), *(f"on-{item.name}" for item in items)]
    prefixes = {f"off-{kind}": prefix for kind, prefix in OF_ONE_ACTION.items() if chosen}
    forms = {
        panel_id: SwitchForm(None, data={"switch": prefixes.get(panel_id, "") + chosen})
        for panel_id in ids
    }
    if sent is not None and sent.panel.data in forms:
        forms[sent.panel.data] = sent
    for panel_id, form in forms.items():
        form.reason.id, form.switch.id = f"{panel_id}-reason", f"{panel_id}-switch"
    is_shown = sent is None or sent in forms.values()
    return {
        "items": items,
        "panels": [panel for panel in panels if panel.choices != {}],
        "history": history,
        "forms": forms,
        "sent": sent,
        "orphan": None if is_shown else sent,
    }


def _panel(kind: Kind, choices: Mapping[str, str] | None) -> Panel:
    return Panel(f"off-{kind}", SWITCH_TEXTS[kind], "" if choices is not None else kind, choices)


def _history() -> Iterator[PastPause]:
    pauses = latest_pauses(limit=HISTORY_SIZE)
    switches = {pause.id: Switch(pause.kind, pause.target) for pause in pauses}  # type: ignore[arg-type]
    headings = switch_headings(switches.values())
    for pause in pauses:
        yield PastPause(
            headings[switches[pause.id]],
            pause.off_at,
            format_actor(pause.off_by),
            pause.off_reason,
            pause.on_at,
            pause.on_by and format_actor(pause.on_by),
            pause.on_reason,
        )
