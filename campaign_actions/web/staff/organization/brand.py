"""The brand page: name, logo, icon, colour, and the texts that all public pages and emails share."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.campaigns.save_form import KEPT_OTHERS
from campaign_actions.core.content.images import (
    MAX_LOGO_BYTES,
    ImageRejected,
    process_logo,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.organization import BrandPicture, organization, organization_store
from campaign_actions.core.theme import (
    ACCENTS,
    DEFAULT_ACCENT,
    Pair,
    accent_of,
    house_accent,
    house_colours,
)
from campaign_actions.organization.edit import (
    Brand,
    BrandChanged,
    PictureGone,
    keep_picture,
    save_brand,
)
from campaign_actions.organization.forms import PICTURES, BrandForm, brand_form, shown_ratio
from campaign_actions.organization.load import find_picture, find_picture_data
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import accepts_files, current_staff, needs
from campaign_actions.web.staff.first_steps.steps import say_next_step
from campaign_actions.web.staff.organization.brand_merge import (
    BrandClash,
    digests_in,
    merge_saved,
    take_saved,
)
from campaign_actions.web.staff.organization.brand_preview import SCHEMES, VIEWS, Shown

bp = Blueprint("staff_organization_brand", __name__, url_prefix="/staff/organization/brand")


@bp.route("/", methods=["GET", "POST"])
@needs("organization.edit")
@accepts_files(
    8 * MAX_LOGO_BYTES
)  # more than are taken, so that the form says it and keeps what was typed
def edit() -> ResponseReturnValue:
    """GET shows the brand. POST saves it; with `preview` or a colour in `use` it only shows it."""
    if request.method == "GET":
        return _page(_saved_form())
    form = brand_form(organization(), is_sent=True)
    if names := request.form.getlist("take"):
        take_saved(form, _saved_form(), names)
    if "use" in request.form:
        form.accent.data = request.form["use"]
    is_valid = form.validate()
    is_valid = _keep_files(form) and is_valid
    if "use" in request.form or "preview" in request.form:
        return _page(form, is_previewed=True)
    return _save(form) if is_valid else _page(form, 400)


@bp.get("/<string(length=32):name>.png")
@needs("organization.edit")
def picture(name: str) -> ResponseReturnValue:
    """A logo or an icon that may not be in use yet."""
    return Response(find_picture_data(name, only_used=False) or abort(404), mimetype="image/png")


def _keep_files(form: BrandForm) -> bool:
    """Store the files that were chosen, so that nobody has to choose them again; False if one is wrong."""
    is_valid, own_icon = True, form.icon.data or not _is_made_from_logo(form)
    for purpose in PICTURES:
        if (upload := form.upload(purpose)) is None:
            continue
        try:
            form.keep(purpose, keep_picture(process_logo(upload, purpose), now=utc_now()))
        except ImageRejected as rejected:
            form[purpose].errors = [*form[purpose].errors, str(rejected.message)]
            is_valid = False
            continue
        if purpose == "logo" and not own_icon:
            form.keep("icon", _icon_of(form.logo_kept.data or ""))
    return is_valid


def _is_made_from_logo(form: BrandForm) -> bool:
    """Whether nobody has chosen an icon: it is the one that the present logo gives."""
    logo, icon = form.logo_kept.data or "", form.icon_kept.data or ""
    return not icon or (find_picture(logo) is not None and _icon_of(logo) == icon)


def _icon_of(logo: str) -> str:
    """The name of the icon made from a stored logo."""
    data = find_picture_data(logo, only_used=False) or abort(404)
    return keep_picture(process_logo(data, "icon"), now=utc_now())


def _saved_form() -> BrandForm:
    organization_store().refresh_now()  # another process may have saved a moment ago
    form = brand_form(organization(), is_sent=False)
    form.opened.data = digests_in(form)
    return form


def _save(form: BrandForm, *, is_merged: bool = False) -> ResponseReturnValue:
    """`is_merged`: it has what someone else saved in other fields since the page was opened."""
    brand = _brand(form, form.colour)
    expected = form.version.data if form.version.data is not None else -1
    try:
        has_changed = save_brand(
            brand, expected=expected, actor=current_staff().email, now=utc_now()
        )
    except BrandChanged:
        saved = _saved_form()
        if clashes := merge_saved(form, saved):
            theirs = {name: saved[name].data for name in clashes if name not in PICTURES}
            theirs |= {name: _shown(saved, name) for name in PICTURES}
            return _page(form, 409, met=BrandClash(clashes, theirs))
        return _save(form, is_merged=True)
    except PictureGone as gone:
        for purpose in PICTURES:
            if (name := form.picture(purpose)) and find_picture(name) is None:
                form[f"{purpose}_kept"].data = ""
                form[purpose].errors = [str(gone.message)]
        return _page(form, gone.status)
    message = _("Brand saved. Public pages show it now.") if has_changed else _("Nothing changed")
    flash(message)
    if is_merged:
        flash(str(KEPT_OTHERS))
    say_next_step()
    return redirect(url_for(".edit"), 303)


def _brand(form: BrandForm, accent: str) -> Brand:
    return Brand(
        accent=accent,
        logo=form.picture("logo"),
        icon=form.picture("icon"),
        texts=form.texts(),
    )


def _page(
    form: BrandForm, status: int = 200, *, is_previewed: bool = False, met: BrandClash | None = None
) -> Response:
    """The page, with a preview of what was sent: of the nearest colour that passes, if its own does not."""
    logo, icon = (_shown(form, purpose) for purpose in PICTURES)
    is_sent = request.method == "POST"
    values = brand_page_values(
        form,
        logo=logo,
        icon=icon,
        preview=Shown.chosen(request.form),
        unsaved=_brand(form, form.proposal or form.colour) if is_sent else None,
        is_previewed=is_previewed,
        met=met,
    )
    page = render_template("staff/organization/brand.html", **values)
    return allow_framing(make_response(page, status))


def brand_page_values(
    form: BrandForm,
    *,
    logo: BrandPicture | None,
    icon: BrandPicture | None,
    preview: Shown,
    unsaved: Brand | None = None,
    is_previewed: bool = False,
    met: BrandClash | None = None,
) -> dict[str, object]:
    """The values of the template. `unsaved`: the brand in the preview, unless it is the one saved."""
    return {
        "form": form,
        "met": met,
        "is_previewed": is_previewed,
        "proposals": {
            name: "" if key == DEFAULT_ACCENT else house_accent("light", key).act
            for key, name in ACCENTS.items()
        },
        "preview": preview,
        "preview_address": preview.address(unsaved),
        "views": VIEWS,
        "schemes": SCHEMES,
        "house_colour": house_accent("light").fill,
        "dark_pair": _dark_pair(form.proposal or form.colour),
        "shown_ratio": shown_ratio,
        "logo": logo,
        "icon": icon,
        "max_megabytes": MAX_LOGO_BYTES // 1024**2,
    }


def _dark_pair(colour: str) -> Pair:
    accent = accent_of(colour, "dark") if colour else house_accent("dark")
    return Pair("dark", accent.act, house_colours("dark")[":root"]["paper"])


def _shown(form: BrandForm, purpose: str) -> BrandPicture | None:
    """The picture to be saved, if it exists."""
    name = form.picture(purpose)
    return find_picture(name) if name else None
