"""An action with another slug: its translations, and their history, go along."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from campaign_actions.catalogs.copy_parts import Part
from campaign_actions.catalogs.models import Translation, TranslationChange
from campaign_actions.core.messages import Message


def rename(
    connection: Connection, catalog: str, before: Sequence[Part], after: Sequence[Part]
) -> None:
    """The slug stands in the context of each message, and so in the key that it is stored by."""
    contexts = {
        old.context(field): new.context(field)
        for old in before
        for new in after
        for field in old.fields
        if (old.subject_id, old.place) == (new.subject_id, new.place) and old.name != new.name
    }
    theirs = select(Translation.id, Translation.key, Translation.context, Translation.source)
    theirs = theirs.where(Translation.catalog == catalog, Translation.context.in_(contexts))
    for row in connection.execute(theirs).all():
        context = contexts[row.context]
        key = Message(context=context, source=row.source).key
        renamed = update(Translation).where(Translation.id == row.id)
        connection.execute(renamed.values(context=context, key=key))
        history = update(TranslationChange).filter_by(catalog=catalog, key=row.key)
        connection.execute(history.values(key=key))
