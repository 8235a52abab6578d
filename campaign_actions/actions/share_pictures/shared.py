"""The picture that a page names for links that are shared."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.appearance import Appearance
from campaign_actions.core.sharing.picture import HEIGHT, WIDTH
from campaign_actions.core.urls import path_for, public_url


@dataclass(frozen=True)
class SharedPicture:
    """`address` is absolute."""

    address: str
    width: int
    height: int
    mimetype: str
    alt: str


def picture_of_action(action: PublicAction, appearance: Appearance) -> SharedPicture | None:
    """Its share picture; until that is drawn, the photograph of its campaign, if there is one."""
    return _share_picture(action) if action.share_picture else _photo(appearance)


def picture_of_campaign(
    actions: Iterable[PublicAction], appearance: Appearance
) -> SharedPicture | None:
    """Its photograph; without one, the share picture of its first action that has one."""
    drawn = (_share_picture(action) for action in actions if action.share_picture)
    return _photo(appearance) or next(drawn, None)


def share_picture_path(action: PublicAction) -> str:
    path = path_for(
        "sharing.share_picture", campaign_slug=action.campaign_slug, action_slug=action.slug
    )
    return f"{path}?v={action.share_picture}"


def _share_picture(action: PublicAction) -> SharedPicture:
    address = public_url(share_picture_path(action))
    return SharedPicture(address, WIDTH, HEIGHT, "image/png", action.title)


def _photo(appearance: Appearance) -> SharedPicture | None:
    if appearance.picture is None:
        return None
    path, width, height = appearance.picture.shared
    return SharedPicture(public_url(path), width, height, "image/jpeg", appearance.picture.alt)
