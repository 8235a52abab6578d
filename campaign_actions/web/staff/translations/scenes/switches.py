"""Scenes of the emergency switches, and what other scenes show while something is off."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.preview.sample_campaign import (
    COUNT,
    EMAIL,
    PLACEHOLDER,
    SLUG,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.switches.state import KINDS, Kind
from campaign_actions.switches.actors import command_of, format_actor
from campaign_actions.switches.forms import SwitchForm
from campaign_actions.switches.names import UnknownSwitch
from campaign_actions.switches.switch import AlreadyOff, AlreadyOn
from campaign_actions.switches.texts import SWITCH_TEXTS
from campaign_actions.web.staff.switches.off import ACTION, LANGUAGE, OffItem
from campaign_actions.web.staff.switches.switches import Panel, PastPause, switches_page_values
from campaign_actions.web.staff.translations.scenes.samples import (
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

SWITCHES, CHECK = _l("Emergency switches"), _l("Robot check")


def switch_scenes() -> Iterator[Scene]:
    yield staff_scene("switches", SWITCHES, "switches/show", _all_on)
    yield staff_scene("switches-off", SWITCHES, "switches/show", _all_off)
    yield staff_scene("switches-wrong", SWITCHES, "switches/show", _wrong)
    yield staff_scene("switches-twice", SWITCHES, "switches/show", _twice)
    for name, values in {"on": _check_on, "off": _check_off, "wrong": _check_wrong}.items():
        yield staff_scene(f"robot-check-{name}", CHECK, "switches/robot_check", values)


def sample_off_items(sample: SampleCampaign) -> list[OffItem]:
    """Everything that can be off."""
    return [
        OffItem(
            kind,
            _label(kind, sample),
            _heading(kind, sample),
            SWITCH_TEXTS[kind],
            sample.now,
            EMAIL,
            PLACEHOLDER,
        )
        for kind in KINDS
    ]


def _label(kind: Kind, sample: SampleCampaign) -> str:
    if kind == "action":
        return label_value(str(ACTION), sample.petition.title)
    if kind == "unproved":
        return label_value(str(SWITCH_TEXTS[kind].name), sample.petition.title)
    if kind == "language":
        return label_value(str(LANGUAGE), PLACEHOLDER)
    return str(SWITCH_TEXTS[kind].name)


def _panels() -> list[Panel]:
    choices = {
        "action": {SLUG: PLACEHOLDER},
        "unproved": {SLUG: PLACEHOLDER},
        "language": {"en": PLACEHOLDER},
    }
    return [Panel(f"off-{kind}", SWITCH_TEXTS[kind], kind, choices.get(kind)) for kind in KINDS]


def _heading(kind: Kind, sample: SampleCampaign) -> str:
    targets = {"language": PLACEHOLDER} | dict.fromkeys(
        ("action", "unproved"), sample.petition.title
    )
    return SWITCH_TEXTS[kind].heading_for(targets.get(kind, ""))


def _history(sample: SampleCampaign) -> list[PastPause]:
    off = sample.now, EMAIL, PLACEHOLDER
    return [
        PastPause(_heading("email", sample), *off, None, None, None),
        PastPause(
            _heading("sign", sample),
            *off,
            sample.now,
            format_actor(command_of(PLACEHOLDER)),
            PLACEHOLDER,
        ),
    ]


def _all_on(_sample: SampleCampaign) -> Values:
    return switches_page_values([], _panels(), [], None)


def _all_off(sample: SampleCampaign) -> Values:
    return switches_page_values(sample_off_items(sample), [], _history(sample), None)


def _wrong(sample: SampleCampaign) -> Values:
    """Nothing chosen and no reason."""
    form = SwitchForm(MultiDict({"panel": "off-action"}))
    form.validate()
    return switches_page_values([], _panels(), _history(sample), form)


def _twice(sample: SampleCampaign) -> Values:
    """Someone else was faster; and everything else that can be wrong with a name."""
    form = SwitchForm(MultiDict({"panel": "gone", "reason": PLACEHOLDER}))
    form.form_errors = [str(error.message) for error in (AlreadyOff, AlreadyOn, UnknownSwitch)]
    return switches_page_values(sample_off_items(sample), [], [], form)


def _check(sample: SampleCampaign, form: SwitchForm, *, is_on: bool, rate: int) -> Values:
    items = {item.name: item for item in sample_off_items(sample)}
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample),
        "form": form,
        "text": SWITCH_TEXTS["unproved"],
        "item": items["unproved"] if is_on else None,
        "rate": rate,
        "is_stopped": lambda _action: is_on,
        "robot_check_since": lambda _action_id: sample.now if is_on else None,
        "may": lambda permission, *_values: permission != "switches.use",
    }


def _check_on(sample: SampleCampaign) -> Values:
    return _check(sample, SwitchForm(None), is_on=True, rate=COUNT)


def _check_off(sample: SampleCampaign) -> Values:
    return _check(sample, SwitchForm(None), is_on=False, rate=0)


def _check_wrong(sample: SampleCampaign) -> Values:
    """No reason, and someone else was faster."""
    form = with_errors(SwitchForm(MultiDict()))
    return _check(sample, form, is_on=False, rate=0)
