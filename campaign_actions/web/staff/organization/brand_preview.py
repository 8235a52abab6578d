"""The frame on the brand page: public pages and an email with the brand that is being edited.

Nothing is saved for it: the address of the frame contains the values that it shows, signed, so that no
link can show others.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString
from markupsafe import escape

from campaign_actions.actions.signatures.sample_emails import SAMPLE_MAILS, sample_of
from campaign_actions.actions.view_models import Context
from campaign_actions.catalogs.preview.sample_campaign import sample_in
from campaign_actions.catalogs.preview.scene_values import on_action
from campaign_actions.core import paths
from campaign_actions.core.content.colour import read_colour
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, known_locales
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.organization import (
    TEXT_NAMES,
    Organization,
    organization,
    use_organization,
)
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.core.theme import Scheme, accent_style_sheet, in_scheme
from campaign_actions.organization.edit import Brand
from campaign_actions.organization.load import unsaved_organization
from campaign_actions.web.http.security_headers import allow_being_framed, framed_mail
from campaign_actions.web.http.static_files import asset_url, static_version
from campaign_actions.web.public.site import home_page_values
from campaign_actions.web.staff.access.authorization import needs

View = Literal["petition", "home", "email", "imprint"]
VIEWS: Mapping[View, LazyString] = {
    "petition": _l("Petition"),
    "home": _l("Home page"),
    "email": SAMPLE_MAILS["confirm"],
    "imprint": _l("Imprint"),
}
SCHEMES: Mapping[Scheme, LazyString] = {
    # Translators: the light look of a page, as opposed to the dark one
    "light": lazy_pgettext("colour scheme", "Light"),
    # Translators: the dark look of a page, as opposed to the light one
    "dark": lazy_pgettext("colour scheme", "Dark"),
}
SIGNED = TokenKind("brand preview", timedelta(days=1))
MAX_IMPRINT = 1500  # characters shown: an address has room for them in every script
bp = Blueprint(
    "staff_organization_brand_preview", __name__, url_prefix="/staff/organization/brand/preview"
)


@dataclass(frozen=True)
class Shown:
    """The page or email in the frame, its language and its scheme."""

    view: View
    locale: str
    scheme: Scheme

    @classmethod
    def chosen(cls, sent: Mapping[str, str]) -> "Shown":
        """As chosen in the form; anything else is as at first."""
        view, scheme = sent.get("preview_view"), sent.get("preview_scheme")
        locale = sent.get("preview_locale")
        return cls(
            view=cast(View, view) if view in VIEWS else "petition",
            locale=locale if locale in known_locales() else current_locale(),
            scheme="dark" if scheme == "dark" else "light",
        )

    def address(self, unsaved: Brand | None = None) -> str:
        """Of the frame, with the brand as it is saved or as it would be."""
        brand = self._signed(unsaved) if unsaved else None
        return url_for(
            "staff_organization_brand_preview.show",
            view=self.view,
            locale=self.locale,
            scheme=self.scheme,
            brand=brand,
        )

    def _signed(self, brand: Brand) -> str:
        values = {
            "accent": brand.accent,
            "logo": brand.logo or "",
            "icon": brand.icon or "",
            "texts": self._texts(Organization(texts=brand.texts)),
        }
        packed = zlib.compress(json.dumps(values, ensure_ascii=False).encode(), 9)
        return SIGNED.make(urlsafe_b64encode(packed).decode())

    def _texts(self, brand: Organization) -> dict[str, dict[str, str]]:
        """Those that are shown, by language. Only its own page needs more than a sign of the imprint."""
        texts: dict[str, dict[str, str]] = {}
        for name in TEXT_NAMES:
            text, locale = brand.shown_text(name, self.locale)
            if name == "imprint":
                text = _beginning(text) if self.view == "imprint" else text[:1]
            if text:
                texts.setdefault(locale, {})[name] = text
        return texts


def _beginning(imprint: str) -> str:
    if len(imprint) <= MAX_IMPRINT:
        return imprint
    note = _("The preview ends here. The page shows the whole text.")
    return f"{imprint[:MAX_IMPRINT]}…\n\n({note})"


@bp.get("/<any(petition,home,email,imprint):view>/<locale>/<any(light,dark):scheme>/")
@needs("organization.edit")
def show(view: View, scheme: Scheme) -> ResponseReturnValue:
    """A public page or an email, with the brand in `brand`, or as it is saved."""
    signed = request.args.get("brand")
    shown = organization() if signed is None else _read(signed)
    with use_organization(shown):
        return _email(scheme) if view == "email" else _page(view, scheme, shown)


@bp.get("/<any(light,dark):scheme>.css")
@needs("organization.edit")
def style_sheet(scheme: Scheme) -> ResponseReturnValue:
    """The style sheet of public pages, or that of an accent, as it applies in a scheme."""
    accent = read_colour(request.args.get("accent", ""))
    text = accent_style_sheet(accent) if accent else _public_style_sheet()
    response = Response(in_scheme(text, scheme), mimetype="text/css")
    response.headers["Cache-Control"] = "private, max-age=3600"  # its address has a version
    return response


def _read(signed: str) -> Organization:
    """Raises LinkBroken."""
    packed = urlsafe_b64decode(SIGNED.read(signed))
    return unsaved_organization(**json.loads(zlib.decompress(packed)))


def _page(view: View, scheme: Scheme, shown: Organization) -> Response:
    template, values = PAGES[view](shown)
    page = render_template("layout/framed.html", page=template, alternates={}, **values)
    for public, ours in _addresses(scheme, shown).items():
        page = page.replace(f'"{public}"', f'"{escape(ours)}"')
    return allow_being_framed(make_response(page))


def _petition(_shown: Organization) -> tuple[str, Context]:
    sample = sample_in(current_locale(), now=utc_now())
    return "actions/show.html", {**on_action(sample.petition, sample)}


def _home(_shown: Organization) -> tuple[str, Context]:
    return "site/home.html", home_page_values()


def _imprint(shown: Organization) -> tuple[str, Context]:
    text, locale = shown.shown_text("imprint")
    return "site/imprint.html", {"imprint": text, "imprint_locale": locale or current_locale()}


PAGES: Mapping[View, Callable[[Organization], tuple[str, Context]]] = {
    "petition": _petition,
    "home": _home,
    "imprint": _imprint,
}


def _email(scheme: Scheme) -> Response:
    """The confirmation email. Rendered with its links, it is not shared with emails that are sent."""
    locale = current_locale()
    petition = replace(sample_in(locale, now=utc_now()).petition, locale=locale)
    mail = sample_of(petition, "confirm", days=current_app.config["CONFIRM_DAYS"])
    rendered = render_mail(mail.template, locale=locale, values={**mail.values, **mail.links})
    return framed_mail(in_scheme(rendered.html, scheme))


def _addresses(scheme: Scheme, shown: Organization) -> dict[str, str]:
    """For what a public page loads: the same in this scheme, and pictures that may not be in use."""
    sheet, picture = ".style_sheet", "staff_organization_brand.picture"
    ours = {asset_url("bundles/public.css"): url_for(sheet, scheme=scheme, v=static_version())}
    if digits := shown.accent[1:]:
        accent = url_for(sheet, scheme=scheme, accent=digits, v=static_version())
        ours[url_for("brand.style_sheet", digits=digits)] = accent
    for each in filter(None, (shown.logo, shown.icon)):
        ours[url_for("brand.picture", name=each.name)] = url_for(picture, name=each.name)
    return ours


def _public_style_sheet() -> str:
    text = (paths.STATIC / "bundles" / "public.css").read_text(encoding="utf-8")
    return text.replace("../fonts/", asset_url("fonts/"))
