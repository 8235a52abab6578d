"""The states of public pages while something is switched off, or forms are checked for robots."""

from collections.abc import Callable, Mapping
from functools import partial

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.restrictions import ProofMissing, TakingPartPaused
from campaign_actions.catalogs.preview.sample_campaign import EMAIL, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import (
    Values,
    on_action,
    on_campaign,
    on_home,
    on_thanks,
    sample_form,
)
from campaign_actions.core.security.proof_of_work import ProofRefused

MakeValues = Callable[[SampleCampaign], Values]
PAUSED, NO_EMAILS = _l("When taking part is paused"), _l("When emails are paused")
CHECKED = _l("When forms are checked for robots")
FILLED_IN = {"given_name": NAME, "email": EMAIL, "country": "RU"}


def _action(
    sample: SampleCampaign, *, sent: Mapping[str, str] | None = None, **switches: object
) -> Values:
    """The page of an action. `sent`: a form that was open before."""
    form = sample_form(sample.petition, sent)
    if sent is not None:
        form.form_errors = [str(TakingPartPaused.message)]
    return {**on_action(sample.petition, sample), "form": form, **switches}


def _unproved(sample: SampleCampaign, **switches: object) -> Values:
    form = sample_form(sample.petition, FILLED_IN)
    form.form_errors = [str(error.message) for error in (ProofMissing, ProofRefused)]
    return {**on_action(sample.petition, sample), "form": form, **switches}


def _page(make: MakeValues, **switches: object) -> MakeValues:
    return lambda sample: {**make(sample), **switches}


def _language(_sample: SampleCampaign) -> Values:
    return {"alternates": {"en": "/en/"}}


PAUSED_PAGES: tuple[tuple[str, LazyString, str, MakeValues], ...] = (  # as in scene_list.PAGES
    ("paused", PAUSED, "actions/show", partial(_action, pause="sign")),
    ("paused-form", PAUSED, "actions/show", partial(_action, pause="sign", sent=FILLED_IN)),
    ("proof", CHECKED, "actions/show", partial(_action, needs_proof=True)),
    ("proof-form", CHECKED, "actions/show", partial(_unproved, needs_proof=True)),
    ("paused-home", PAUSED, "site/home", _page(on_home, is_paused=True)),
    ("paused-campaign", PAUSED, "campaigns/show", _page(on_campaign, is_paused=True)),
    ("paused-language", PAUSED, "site/language_paused", _language),
    ("paused-emails", NO_EMAILS, "actions/show", partial(_action, is_email_off=True)),
    (
        "paused-thanks",
        NO_EMAILS,
        "actions/thanks",
        _page(partial(on_thanks, minutes=0), is_email_off=True),
    ),
)
