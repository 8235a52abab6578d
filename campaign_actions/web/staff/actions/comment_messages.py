"""Messages of the inbox of comments after a decision, and the pages on which comments are public."""

from collections.abc import Iterator
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.campaign_overview import get_action_and_campaign
from campaign_actions.actions.comments.moderation import Decided, Undone
from campaign_actions.actions.models import CommentBatch, Signature, SignatureRow
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import country
from campaign_actions.core.i18n.list_format import join_with_commas


def writer(row: SignatureRow | Signature) -> str:
    """Name and country, as the public sees them."""
    place = country(row.country_code) if row.country_code else ""
    names = " ".join(filter(None, (row.given_name, row.family_name))) if row.show_name else ""
    return join_with_commas(filter(None, (names or str(_("Name not shown")), place)))


def public_pages(campaign_id: int, action_id: int) -> list[tuple[str, str]]:
    """Languages and addresses of the pages that show comments to the public now."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    if not (action.is_public and action.shows_comments):
        return []
    address = partial(
        url_for, "actions.comments", campaign_slug=campaign.slug, action_slug=action.slug
    )
    return [(tag, address(locale=tag)) for tag in campaign.public_locales if tag in action.locales]


def decision_message(
    batch: CommentBatch, comment: SignatureRow | None, pages: list[tuple[str, str]]
) -> str:
    """The decision in words, with the writer of a single comment."""
    if comment:
        if not batch.is_shown:
            return str(_("Comment hidden: %(writer)s.", writer=writer(comment)))
        if pages:
            return str(_("Comment shown: %(writer)s. It is public now.", writer=writer(comment)))
        words = _(
            "Comment marked as shown: %(writer)s. It is not public yet.", writer=writer(comment)
        )
        return str(words)
    if not batch.is_shown:
        words = ngettext("%(num)d comment hidden.", "%(num)d comments hidden.", batch.rows)
    elif pages:
        words = ngettext(
            "%(num)d comment shown. It is public now.",
            "%(num)d comments shown. They are public now.",
            batch.rows,
        )
    else:
        words = ngettext(
            "%(num)d comment marked as shown. It is not public yet.",
            "%(num)d comments marked as shown. They are not public yet.",
            batch.rows,
        )
    return str(words)


def decision_warnings(decided: Decided, is_shown: bool) -> Iterator[str]:
    """The parts of a decision that were not carried out, and why."""
    if decided.changed:
        yield ngettext(
            "%(num)d comment was left as it is, because someone else decided about it after you"
            " had opened the page.",
            "%(num)d comments were left as they are, because someone else decided about them"
            " after you had opened the page.",
            decided.changed,
        )
    if decided.already and is_shown:
        yield ngettext(
            "%(num)d comment was shown already.",
            "%(num)d comments were shown already.",
            decided.already,
        )
    elif decided.already:
        yield ngettext(
            "%(num)d comment was hidden already.",
            "%(num)d comments were hidden already.",
            decided.already,
        )
    if decided.gone:
        yield ngettext(
            "%(num)d comment is no longer here. Its writer may have withdrawn it.",
            "%(num)d comments are no longer here. Their writers may have withdrawn them.",
            decided.gone,
        )
    if not any((decided.rows, decided.changed, decided.already, decided.gone)):
        yield _("There were no comments to decide about. Nothing was changed.")


def nothing_selected() -> str:
    return str(_("Select at least one comment. Nothing was changed."))


def undo_messages(undone: Undone | None) -> Iterator[tuple[str, str]]:
    """Pairs of a category and a message. The page has a place of its own for `undone`."""
    if undone is None:
        yield "warning", _("There is no such decision to undo. Nothing was changed.")
        return
    if not undone.is_first:
        yield "warning", _("This decision was undone already. Nothing was changed.")
        return
    if undone.rows:
        yield (
            "undone",
            ngettext(
                "Undone. %(num)d comment is as it was before.",
                "Undone. %(num)d comments are as they were before.",
                undone.rows,
            ),
        )
    if undone.kept:
        yield (
            "warning",
            ngettext(
                "%(num)d comment was not changed back, because someone has decided about it again"
                " or its writer has withdrawn it.",
                "%(num)d comments were not changed back, because someone has decided about them"
                " again or their writers have withdrawn them.",
                undone.kept,
            ),
        )
