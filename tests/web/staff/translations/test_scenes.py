"""The pages of the workspace are shown with values that belong to nobody, in every state."""

import pytest

from campaign_actions.catalogs.preview.highlight import RecordingCatalog
from campaign_actions.catalogs.preview.render import render_scene
from campaign_actions.catalogs.preview.sample_campaign import placeholder_sample
from campaign_actions.catalogs.preview.scenes import scenes
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.core import paths
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.web.staff.translations.scenes.all_scenes import scenes_with, staff_scenes
from tests.support.factories import NOON
from tests.support.statements import recorded

FOLDER = "campaign_actions/web/staff/translations/scenes/"
SHOWN = 0.84  # of all messages of the workspace; the rest is in notices, commands and rare errors
SHOWN_OF_PAGES = 0.97  # of those in its templates
LAYOUTS = ('{% extends "staff/layout.html" %}', '{% extends "staff/campaigns/page.html" %}')
WITHOUT_SCENE = {
    "account/remove_factor",  # all its messages are given by its views
    "campaigns/page",  # the base of others
    "signatures/confirmation",  # the base of others
}


def test_every_scene_can_be_shown(app):
    shown = {
        scene.name: render_scene(scene, "ar", languages().catalog("ar"), placeholder_sample(NOON))
        for scene in staff_scenes()
    }

    assert {
        name for name, page in shown.items() if '<html lang="ar" dir="rtl"' not in page
    } == set()


def test_names_are_unique(app):
    names = [scene.name for scene in (*scenes(), *staff_scenes())]

    assert len(set(names)) == len(names)


def test_scenes_read_nothing_from_the_database(app):
    sample, catalog = placeholder_sample(NOON), RecordingCatalog()
    render_scene(next(staff_scenes()), "en", catalog, sample)  # looks for new translations

    with recorded() as statements:
        for scene in staff_scenes():
            render_scene(scene, "en", catalog, sample)

    assert statements == []


def test_every_page_of_the_workspace_has_a_scene(app):
    folder = paths.TEMPLATES / "staff"
    pages = {
        str(file.relative_to(folder).with_suffix(""))
        for file in folder.rglob("*.html")
        if any(layout in file.read_text(encoding="utf-8") for layout in LAYOUTS)
    }
    shown = {
        scene.template.removeprefix("staff/").removesuffix(".html") for scene in staff_scenes()
    }

    assert pages - shown == WITHOUT_SCENE


@pytest.mark.parametrize(("folder", "share"), [("", SHOWN), ("templates/staff/", SHOWN_OF_PAGES)])
def test_most_messages_of_the_workspace_are_shown_in_their_place(app, folder, share):
    messages = [
        message
        for message in interface_catalog().messages
        if message.area == "staff" and any(place.startswith(folder) for place in message.places)
    ]

    missing = [message.source for message in messages if not scenes_with(message)]

    assert len(missing) <= (1 - share) * len(messages), (len(missing), len(messages), missing)


def test_scenes_have_no_messages_of_their_own(app):
    """Otherwise someone would translate a copy of a message whose original was reworded."""
    own = [
        m.source
        for m in interface_catalog().messages
        if all(p.startswith(FOLDER) for p in m.places)
    ]

    assert own == []
