"""Scenes of previews of campaigns, and of sharing them."""

from collections.abc import Iterator
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.signatures.sample_emails import SAMPLE_MAILS
from campaign_actions.catalogs.preview.sample_campaign import PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values, on_campaign
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.mail.render import RenderedMail
from campaign_actions.previews.banner import PreviewBanner
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.web.staff.translations.scenes.samples import (
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

PREVIEW = _l("Preview")


def preview_scenes() -> Iterator[Scene]:
    yield staff_scene("share", PREVIEW, "previews/share", _share)
    yield staff_scene("preview-mails", PREVIEW, "previews/emails", _mails)
    for name in ("public", "changed", "draft", "sent", "embargo"):
        values = partial(_preview, state=name)
        yield Scene(f"preview-{name}", PREVIEW, "campaigns/show.html", values)


def _share(sample: SampleCampaign) -> Values:
    form = PreviewLinkForm(MultiDict())
    form.now = sample.now
    return {"campaign": make_campaign(sample), "form": with_errors(form)}


def _mails(sample: SampleCampaign) -> Values:
    mail = RenderedMail(sample.locale, PLACEHOLDER, PLACEHOLDER, "")
    made = [(name, label, mail) for name, label in SAMPLE_MAILS.items()]
    return {"action": make_action(sample), "locale": sample.locale, "mails": made}


def _preview(sample: SampleCampaign, *, state: str) -> Values:
    opens_at = sample.now if state == "embargo" else None
    banner = PreviewBanner(
        opens_at,
        is_public=state == "public",
        has_changes=state == "changed",
        back="/staff/",
        is_sent=state == "sent",
    )
    return {**on_campaign(sample), "preview": banner}
