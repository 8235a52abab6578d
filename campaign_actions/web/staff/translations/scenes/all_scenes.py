"""Every scene of the workspace, and those in which a message of the program is."""

from collections.abc import Iterator

from campaign_actions.catalogs.preview.render import MAX_SCENES, PUBLIC_SCENES, SceneIndex
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import Message
from campaign_actions.web.staff.translations.scenes.account import account_scenes
from campaign_actions.web.staff.translations.scenes.approvals import approval_scenes
from campaign_actions.web.staff.translations.scenes.audit import audit_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.appearance import appearance_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.changes import change_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.checklist import checklist_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.closing import closing_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.comments import comment_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.pages import campaign_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.previews import preview_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.publishing import publishing_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.questions import question_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.sharing import sharing_scenes
from campaign_actions.web.staff.translations.scenes.campaigns.writing import writing_scenes
from campaign_actions.web.staff.translations.scenes.clusters import cluster_scenes
from campaign_actions.web.staff.translations.scenes.exports import export_scenes
from campaign_actions.web.staff.translations.scenes.invalidation import invalidation_scenes
from campaign_actions.web.staff.translations.scenes.organization import organization_scenes
from campaign_actions.web.staff.translations.scenes.overview import overview_scenes
from campaign_actions.web.staff.translations.scenes.people import people_scenes
from campaign_actions.web.staff.translations.scenes.signatures import signature_scenes
from campaign_actions.web.staff.translations.scenes.status import status_scenes
from campaign_actions.web.staff.translations.scenes.switches import switch_scenes
from campaign_actions.web.staff.translations.scenes.translations.files import (
    translation_file_scenes,
)
from campaign_actions.web.staff.translations.scenes.translations.languages import language_scenes
from campaign_actions.web.staff.translations.scenes.translations.strings import string_scenes
from campaign_actions.web.staff.translations.scenes.updates.sending import sending_scenes
from campaign_actions.web.staff.translations.scenes.updates.writing import update_scenes


def staff_scenes() -> Iterator[Scene]:
    """The pages that most members work with come first."""
    yield from overview_scenes()
    yield from campaign_scenes()
    yield from writing_scenes()
    yield from appearance_scenes()
    yield from question_scenes()
    yield from publishing_scenes()
    yield from closing_scenes()
    yield from sharing_scenes()
    yield from checklist_scenes()
    yield from preview_scenes()
    yield from change_scenes()
    yield from language_scenes()
    yield from string_scenes()
    yield from translation_file_scenes()
    yield from account_scenes()
    yield from people_scenes()
    yield from approval_scenes()
    yield from organization_scenes()
    yield from signature_scenes()
    yield from invalidation_scenes()
    yield from cluster_scenes()
    yield from comment_scenes()
    yield from export_scenes()
    yield from update_scenes()
    yield from sending_scenes()
    yield from status_scenes()
    yield from switch_scenes()
    yield from audit_scenes()


STAFF_SCENES = SceneIndex(staff_scenes)


def scenes_with(message: Message) -> list[Scene]:
    """Scenes of public pages and emails come first. Public texts are not looked for elsewhere."""
    found = [*PUBLIC_SCENES.scenes_with(message)]
    if message.area == "staff":
        found += STAFF_SCENES.scenes_with(message)
    return found[:MAX_SCENES]
