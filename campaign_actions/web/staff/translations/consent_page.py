"""The page of a consent text of one kind in one language, and who may decide about it."""

from collections.abc import Sequence

from flask import current_app, render_template, request

from campaign_actions.actions.consent import (
    consent_versions,
    find_model_consent,
    find_newest_consent,
)
from campaign_actions.actions.forms import ConsentForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.listing.campaigns import ListedCampaign, listed_campaigns
from campaign_actions.actions.personal_data.later_uses import (
    USE_LABELS,
    USES_OF_KIND,
    covered_uses,
)
from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.catalogs.models import ConsentDraft
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.workflow.forms import SendBackForm
from campaign_actions.catalogs.workflow.translation_approvals import (
    APPROVAL,
    authors_of,
    consent_approvers,
    find_consent_draft,
    find_returned_consent,
)
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.queries import member_names
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import (
    Lacking,
    allows,
    campaigns_of,
    current_staff,
)
from campaign_actions.web.staff.access.whom_to_ask import not_joined
from campaign_actions.web.staff.menu import FROM_ALL, is_from_all
from campaign_actions.web.staff.publishing.open_steps import link_to_next_step

PAGE_SIZE = 20  # versions
MAX_NAMED = 5  # people who can approve, and campaigns


def draft_here(campaigns: Sequence[ListedCampaign]) -> ListedCampaign | None:
    """The one of these that the address names."""
    wanted = request.args.get("campaign", type=int)
    return next((one for one in campaigns if one.id == wanted), None)


def needs_approval() -> bool:
    return APPROVAL in current_app.config["LOCALE_NEEDS"] or not allows("consent.edit")


def may_decide_alone(language: str) -> bool:
    """Whether the member could publish the text, and is the only one who can approve it."""
    may_publish = allows("consent.edit") and campaigns_of("review") is None
    return may_publish and not consent_approvers(language, besides=[current_staff().id])


def unpublished_campaigns(language: str) -> list[ListedCampaign]:
    """The campaigns with texts in a language that have not opened."""
    if not allows("campaigns.view"):
        return []
    found = listed_campaigns(
        campaigns_of("campaigns.view"), locales=locales_current_first(), now=utc_now()
    )
    return [one for one in found if one.state in ("draft", "scheduled") and language in one.locales]


def consent_page(
    language: str, kind: str, form: ConsentForm, send_back_form: SendBackForm | None = None
) -> str:
    """With the text to be written, and the note of someone who sends the proposed one back."""
    newest, draft = find_newest_consent(kind, language), find_consent_draft(kind, language)
    returned = find_returned_consent(kind, language)
    is_alone = may_decide_alone(language)
    authors = authors_of(draft) if draft else []
    approvers = consent_approvers(language, besides=[current_staff().id, *authors])[:MAX_NAMED]
    campaigns = unpublished_campaigns(language)
    here = draft_here(campaigns)
    page = paginate(newest.version if newest else 0, size=PAGE_SIZE)
    return render_template(
        "staff/translations/consent_text.html",
        locale=language,
        kind=KINDS[kind],
        source=find_newest_consent(kind, SOURCE) if language != SOURCE else None,
        source_tag=SOURCE,
        newest=newest,
        draft=draft,
        changes=list(diff_pieces(newest.body, draft.body)) if newest and draft else [],
        returned=returned,
        names=member_names(_people(draft) + _people(returned)),
        is_own=current_staff().id in authors,
        may_write=campaigns_of("translate") is None,
        may_approve=campaigns_of("review") is None,
        by_two=needs_approval() and not is_alone,
        is_alone=is_alone and needs_approval(),
        approvers=[member.name or member.email for member in approvers],
        not_joined=[] if approvers else not_joined(_approving(language))[:MAX_NAMED],
        has_model=find_model_consent(kind, language) is not None,
        is_model=not (form.errors or newest)
        and form.body.data == find_model_consent(kind, language),
        campaigns=campaigns[:MAX_NAMED],
        campaign_id=here.id if here else None,
        back=FROM_ALL if is_from_all() else None,
        way_on=link_to_next_step(here.id) if here else None,
        uses={use: USE_LABELS[use] for use in USES_OF_KIND[kind]},
        covered=covered_uses(db.session.connection(), kind, language),
        versions=consent_versions(kind, language, **page.part),
        page=page,
        form=form,
        send_back_form=send_back_form or SendBackForm(None),
    )


def _approving(language: str) -> Lacking:
    """The right to approve a consent text in this language."""
    return Lacking("review", {"language": language, "catalog": INTERFACE}, everywhere=False)


def _people(draft: ConsentDraft | None) -> list[int | None]:
    return [draft.staff_id, draft.returned_by] if draft else []
