"""The channels that staff name: their links and the figures of their people have the name from then on.

The source in a link never changes, so links that were sent out still count.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Row, Update, delete, exists, select, update
from wtforms.validators import StopValidation

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES, SOURCE_PATTERN
from campaign_actions.actions.models import Action, StateChange, StateDay
from campaign_actions.actions.signatures.filters.source_field import WORDS_WITHOUT
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.models import MAX_CHANNEL_NAME, Campaign, ChannelName
from campaign_actions.campaigns.source_names import RESERVED, SourceNames, numbered, source_from
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert, upsert_sums
from campaign_actions.core.errors import NotFound
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import PlainText
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.templating.environment import locale_context

NO_CHANNEL_NAME = _l("Enter a name with letters or digits, for example “Radio interview”.")


CHANNEL_EXISTS = _l("This channel exists already.")


class ChannelForm(StaffForm):
    """The name of a channel. `names`: of the campaign. `source`: of the channel that is renamed.

    For a new one, `named`: the channels that staff have named; `listed`: the sources that the table
    has. Once it is validated: `existing`, the source of the channel that it would repeat; `removed`,
    the one of that link if it is removed; `known`, the source of a removed channel of this name.
    """

    channel = PlainText(_l("Name"), max_length=MAX_CHANNEL_NAME, required_message=NO_CHANNEL_NAME)
    names = SourceNames(())
    named: Sequence[ChannelName] = ()
    listed: Collection[str] = ()
    removed: ChannelName | None = None
    source = existing = known = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.flags.maxlength = None  # browsers would cut a pasted name without a word

    def validate_channel(self, field: PlainText) -> None:
        name = (field.data or "").strip()
        if not source_from(name):
            raise StopValidation(NO_CHANNEL_NAME)
        if source_from(name) in _words_of_dashboards():
            raise StopValidation(
                _("Dashboards use this word for something else. Choose a different name.")
            )
        if self.source:
            if _sources_called(name, self.names) - {self.source}:
                raise StopValidation(_("Another channel has this name. Choose a different one."))
            return
        self._validate_new(name)

    def _validate_new(self, name: str) -> None:
        """The name of a removed channel restores it, and another name of its link leads to it."""
        same = _sources_like(name, self.names, self.named)
        self.existing = next((one for one in same if one in self.listed), "")
        if self.existing:
            raise StopValidation(CHANNEL_EXISTS)
        self.known = next(iter(same), "")
        removed = (one for one in self.named if one.removed_at and not same)
        self.removed = next((one for one in removed if one.source == source_from(name)), None)
        if self.removed:
            raise StopValidation(
                _(
                    "“%(name)s” had this link and was removed. Restore it, or choose a different name.",
                    name=self.removed.name,
                )
            )


def named_channels(campaign_id: int) -> Sequence[ChannelName]:
    """Those that staff have named, in the order of their names."""
    names = select(ChannelName).where(ChannelName.campaign_id == campaign_id)
    return db.session.scalars(names.order_by(ChannelName.name)).all()


def find_channel(campaign_id: int, source: str, names: SourceNames) -> ChannelName | None:
    """One that staff can rename and remove: they have named it, or only links have it so far."""
    if found := db.session.get(ChannelName, (campaign_id, source)):
        return found
    is_unnamed = SOURCE_PATTERN.fullmatch(source) and source not in RESERVED | names.labels.keys()
    if is_unnamed and is_used(campaign_id, source):
        return ChannelName(campaign_id=campaign_id, source=source, name=source)
    return None


def source_for(name: str, named: Iterable[ChannelName]) -> str:
    """The source for a name. `named`: the channels so far. Another name never gets the source of one."""
    wanted = source_from(name)
    taken = {one.source: one.name.casefold() for one in named}
    same = (source for source, its in taken.items() if its == name.strip().casefold())
    free = (one for one in numbered(wanted) if one not in taken)
    return next(chain(same, free)) if wanted else ""


def name_channel(
    campaign_id: int, name: str, *, campaign: str, actor: str, now: datetime, source: str = ""
) -> str:
    """Name a new channel, and return its source. `campaign`: its slug.

    The same name in other letters replaces the earlier one, and restores a removed channel. `source`:
    of one that is removed, or that only links have so far.
    """
    name = name.strip()
    with write_transaction() as connection:
        this = select(Campaign.id).filter_by(id=campaign_id)
        connection.execute(this.with_for_update(key_share=True))  # one new channel at a time
        source = source or source_for(name, named_channels(campaign_id))
        row = {"campaign_id": campaign_id, "source": source, "name": name, "removed_at": None}
        upsert_sums(connection, ChannelName, [row], add=(), replace=("name", "removed_at"))
        add_entry(
            connection, "channel-named", actor=actor, now=now, subject=campaign, source=source
        )
    return source


def rename_channel(
    campaign_id: int, source: str, name: str, *, campaign: str, actor: str, now: datetime
) -> None:
    """Raises NotFound."""
    name = name.strip()
    with write_transaction() as connection:
        former = _lock(connection, campaign_id, source).name
        if former == name:
            return
        connection.execute(_update(campaign_id, source).values(name=name))
        details = {"source": source, "former_name": former, "name": name}
        add_entry(connection, "channel-renamed", actor=actor, now=now, subject=campaign, **details)


def remove_channel(
    campaign_id: int, source: str, *, campaign: str, actor: str, now: datetime
) -> bool:
    """No longer offer a channel. If nobody has come by its links, its name is deleted. Raises NotFound.

    One that only links have keeps its source as its name. Whether it can be restored.
    """
    with write_transaction() as connection:
        if _is_used(connection, campaign_id, source):
            row = {"campaign_id": campaign_id, "source": source, "name": source}
            insert = dialect_insert(connection.dialect.name)(ChannelName)
            connection.execute(insert.values(row).on_conflict_do_nothing())
        if _lock(connection, campaign_id, source).removed_at:
            return True
        if is_kept := _is_used(connection, campaign_id, source):
            connection.execute(_update(campaign_id, source).values(removed_at=now))
        else:
            its = {"campaign_id": campaign_id, "source": source}
            connection.execute(delete(ChannelName).filter_by(**its))
        add_entry(
            connection, "channel-removed", actor=actor, now=now, subject=campaign, source=source
        )
    return is_kept


def restore_channel(
    campaign_id: int, source: str, *, campaign: str, actor: str, now: datetime
) -> None:
    """Offer a removed channel again. Raises NotFound."""
    with write_transaction() as connection:
        if _lock(connection, campaign_id, source).removed_at is None:
            return
        connection.execute(_update(campaign_id, source).values(removed_at=None))
        add_entry(
            connection, "channel-restored", actor=actor, now=now, subject=campaign, source=source
        )


def is_used(campaign_id: int, source: str) -> bool:
    """Whether anyone may have sent a form by its links, in whatever state that is now."""
    return _is_used(db.session.connection(), campaign_id, source)


def _sources_like(name: str, names: SourceNames, named: Iterable[ChannelName]) -> set[str]:
    """Those that a new channel of this name would repeat.

    The usual channels and those of partners are repeated by any name that makes their link.
    """
    same, own = _sources_called(name, names), {one.source for one in named}
    if (made := source_from(name)) in (names.labels.keys() - own) | RESERVED:
        same.add(made)
    return {names.current(source) for source in same}


def _words_of_dashboards() -> set[str]:
    """In every language: members who read another one see the same names of channels."""
    words = set()
    for locale in known_locales():
        with locale_context(locale):
            words |= {source_from(str(word)) for word in WORDS_WITHOUT.values()}
    return words


def _sources_called(name: str, names: SourceNames) -> set[str]:
    wanted = name.casefold()
    return {source for source, label in names.labels.items() if label.casefold() == wanted}


def _is_used(connection: Connection, campaign_id: int, source: str) -> bool:
    actions = select(Action.id).where(Action.campaign_id == campaign_id)
    tallied = exists().where(
        StateDay.action_id.in_(actions),
        StateDay.part == "source",
        StateDay.value.in_((source, OTHER_SOURCES)),
    )
    not_yet = exists().where(StateChange.action_id.in_(actions), StateChange.source == source)
    return bool(connection.scalar(select(tallied | not_yet)))


def _lock(connection: Connection, campaign_id: int, source: str) -> Row[str, datetime | None]:
    its = {"campaign_id": campaign_id, "source": source}
    columns = select(ChannelName.name, ChannelName.removed_at).filter_by(**its)
    row = connection.execute(columns.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _update(campaign_id: int, source: str) -> Update:
    return update(ChannelName).filter_by(campaign_id=campaign_id, source=source)
