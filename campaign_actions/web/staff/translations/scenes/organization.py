"""Scenes of the pages about the organisation."""

from collections.abc import Iterator, Mapping
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.organization import TEXT_NAMES, BrandPicture, Organization
from campaign_actions.organization.forms import BrandForm, OrganizationTimezoneForm, brand_form
from campaign_actions.web.staff.organization.brand import brand_page_values
from campaign_actions.web.staff.organization.brand_merge import BrandClash
from campaign_actions.web.staff.organization.brand_preview import Shown
from campaign_actions.web.staff.translations.scenes.samples import staff_scene

BRAND, TIME_ZONE = _l("Brand"), _l("Time zone")
WORDMARK = BrandPicture("0" * 32, 480, 120)
ICON = BrandPicture("1" * 32, 192, 192)
WRONG = {"name-en": "x" * 300, "contact-en": "ada", "accent": "#ffcc00"}


def organization_scenes() -> Iterator[Scene]:
    yield staff_scene("brand", BRAND, "organization/brand", _brand)
    for name, sent in {"low-contrast": "#ffcc00", "unknown": "red"}.items():
        yield staff_scene(
            f"brand-{name}", BRAND, "organization/brand", partial(_wrong, sent={"accent": sent})
        )
    yield staff_scene("brand-clash", BRAND, "organization/brand", _clash)
    yield staff_scene("brand-wrong", BRAND, "organization/brand", partial(_wrong, sent=WRONG))
    yield staff_scene("time-zone", TIME_ZONE, "organization/time_zone", _time_zone)
    yield staff_scene("time-zone-wrong", TIME_ZONE, "organization/time_zone", _wrong_time_zone)


def _brand(_sample: SampleCampaign) -> Values:
    text = dict.fromkeys(TEXT_NAMES, PLACEHOLDER) | {"contact": EMAIL}
    texts = dict.fromkeys(known_locales(), text)
    form = brand_form(Organization(accent="#1f3f77", texts=texts), is_sent=False)
    form.logo_kept.data = form.icon_kept.data = WORDMARK.name
    return _page(form, logo=WORDMARK, icon=ICON, is_previewed=True)


def _clash(_sample: SampleCampaign) -> Values:
    form = brand_form(Organization(), is_sent=False)
    theirs: dict[str, str | BrandPicture | None] = {
        "accent": "#1f3f77",
        "logo": WORDMARK,
        f"name-{known_locales()[0]}": PLACEHOLDER,
    }
    return _page(form, met=BrandClash(tuple(theirs), theirs))


def _wrong(_sample: SampleCampaign, *, sent: Mapping[str, str]) -> Values:
    form = brand_form(Organization(), is_sent=False)
    form.process(MultiDict(sent))
    form.validate()
    return _page(form)


def _page(
    form: BrandForm,
    *,
    logo: BrandPicture | None = None,
    icon: BrandPicture | None = None,
    is_previewed: bool = False,
    met: BrandClash | None = None,
) -> Values:
    preview = Shown.chosen({})
    return brand_page_values(
        form, logo=logo, icon=icon, preview=preview, is_previewed=is_previewed, met=met
    )


def _time_zone(sample: SampleCampaign) -> Values:
    form = OrganizationTimezoneForm(None, timezone="Europe/Berlin")
    return {"form": form, "now": sample.now, "default_zone": "UTC"}


def _wrong_time_zone(sample: SampleCampaign) -> Values:
    form = OrganizationTimezoneForm(MultiDict({"timezone": "Europe/Nowhere"}))
    form.validate()
    return {**_time_zone(sample), "form": form}
