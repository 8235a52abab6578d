"""The states of public pages while something is switched off, or forms are checked for robots."""

from collections.abc import Mapping
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.restrictions import (
    CheckAdded,
    ProofMissing,
    TakingPartPaused,
    wait_heading,
)
from campaign_actions.catalogs.preview.sample_campaign import ID, VALID_FIELDS, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import (
    MakeValues,
    Page,
    Values,
    on_action,
    on_campaign,
    on_home,
    on_next,
    on_thanks,
    sample_form,
)
from campaign_actions.core.security.proof_of_work import ProofRefused

PAUSED, NO_EMAILS = _l("When taking part is paused"), _l("When emails are paused")
CHECKED = _l("When forms are checked for robots")


def _action(
    sample: SampleCampaign, *, sent: Mapping[str, str] | None = None, **switches: object
) -> Values:
    """The page of an action. `sent`: a form that was open before."""
    form = sample_form(sample.petition, sent)
    if sent is not None:
        form.error_heading = str(TakingPartPaused.title)
        form.form_errors = [str(TakingPartPaused.message)]
    return {**on_action(sample.petition, sample), "form": form, **switches}


def _unproved(sample: SampleCampaign, **switches: object) -> Values:
    form = sample_form(sample.petition, VALID_FIELDS)
    form.error_heading = wait_heading(600)
    form.form_errors = [str(error.message) for error in (ProofMissing, CheckAdded, ProofRefused)]
    return {**on_action(sample.petition, sample), "form": form, **switches}


def _page(make: MakeValues, **switches: object) -> MakeValues:
    return lambda sample: {**make(sample), **switches}


def _language(_sample: SampleCampaign) -> Values:
    return {"alternates": {"en": "/en/"}}


PAUSED_PAGES: tuple[Page, ...] = (
    ("paused", PAUSED, "actions/show", partial(_action, pause="sign")),
    ("paused-form", PAUSED, "actions/show", partial(_action, pause="sign", sent=VALID_FIELDS)),
    ("proof", CHECKED, "actions/show", partial(_action, needs_proof=True)),
    ("proof-form", CHECKED, "actions/show", partial(_unproved, needs_proof=True)),
    (
        "proof-next",
        CHECKED,
        "signature_links/next",
        _page(partial(on_next, state="ask"), needs_proof=True),
    ),
    ("paused-home", PAUSED, "site/home", _page(on_home, is_paused=True, paused={ID})),
    ("paused-campaign", PAUSED, "campaigns/show", _page(on_campaign, is_paused=True, paused={ID})),
    ("paused-language", PAUSED, "site/language_paused", _language),
    ("paused-emails", NO_EMAILS, "actions/show", partial(_action, is_email_off=True)),
    *(
        (
            f"paused-next-{state}",
            NO_EMAILS,
            "signature_links/next",
            _page(partial(on_next, state=state), is_email_off=True),
        )
        for state in ("ask", "done")
    ),
    (
        "paused-thanks",
        NO_EMAILS,
        "actions/thanks",
        _page(partial(on_thanks, minutes=0), is_email_off=True, paused={ID}),
    ),
)
