"""Uses of data that came after the first consent texts, and which versions of the texts cover them.

The organisation says which version of its text, for each kind and language, was the first to name a use.
People who agreed to an earlier one are left out of it.
"""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    FromClause,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
)

from campaign_actions.actions.models import (
    CODE_IN_HANDOVER,
    COMPARED_FORMS,
    COUNTED_PROVIDERS,
    LATER_USES,
    LOADED_INTO_CRM,
    OWN_QUESTIONS,
    UPDATES_BY_ACTIONS,
    UPDATES_TO_SOME,
    ConsentText,
    ConsentUse,
    ProviderCheck,
    Signature,
)
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, has_rows, release_connection, write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.errors import NotFound
from campaign_actions.core.ttl_cache import TtlCache

USE_LABELS: Mapping[str, LazyString] = {
    LOADED_INTO_CRM: _l(
        "Data of people who asked for updates may be loaded into the program that sends them. It also"
        " learns in which action, when, how and by which link they took part."
    ),
    CODE_IN_HANDOVER: _l(
        "The addressee of a petition also gets the random code of each signature."
    ),
    COMPARED_FORMS: _l(
        "Forms may be compared to find those that bots sent. How quickly each one was filled in is kept"
        " for 30 days."
    ),
    UPDATES_BY_ACTIONS: _l(
        "Updates may be about the whole campaign. Whether someone gets one may depend on the actions they"
        " took part in."
    ),
    OWN_QUESTIONS: _l(
        "A form may ask further questions. Beside each, it says who gets the answer and how long you keep it."
    ),
    COUNTED_PROVIDERS: _l(
        "People may be counted by their email provider, to see whether emails arrive there. Only large"
        " providers are named."
    ),
    UPDATES_TO_SOME: _l(
        "Updates may go to some people only. They are chosen one by one, or by their country, their language,"
        " their email provider, and when, how and by which link they took part."
    ),
}
_FIRST_VERSIONS = TtlCache[str, Mapping[tuple[str, str, str], int]]()
assert tuple(USE_LABELS) == LATER_USES
USES_OF_KIND = {
    "petition": LATER_USES,
    "pledge": tuple(use for use in LATER_USES if use != CODE_IN_HANDOVER),  # never handed over
}


def covering_versions(connection: Connection, use: str, kind: str) -> Mapping[str, int]:
    """The first version that covers a use, by language. Languages without one are missing."""
    rows = select(ConsentUse.locale, ConsentUse.from_version).filter_by(use=use, kind=kind)
    return dict(connection.execute(rows).all())


def covered_uses(connection: Connection, kind: str, locale: str) -> Mapping[str, int]:
    """The first version of one text that covers each use. Uses that none covers are missing."""
    rows = select(ConsentUse.use, ConsentUse.from_version).filter_by(kind=kind, locale=locale)
    return dict(connection.execute(rows).all())


def uses_covered_now(kind: str, locale: str) -> frozenset[str]:
    """The uses that the newest text covers."""
    newest = select(func.max(ConsentText.version)).filter_by(kind=kind, locale=locale)
    uses = select(ConsentUse.use).filter_by(kind=kind, locale=locale)
    found = db.session.scalars(uses.where(ConsentUse.from_version <= newest.scalar_subquery()))
    return frozenset(found)


def is_covered_now(use: str, kind: str, locale: str, consent_version: int | None) -> bool:
    """Whether a version of a text covers a use, for people who sign now. The answer may be a second old."""
    first = _FIRST_VERSIONS.get("all", _first_versions).get((use, kind, locale))
    return first is not None and consent_version is not None and consent_version >= first


def is_covered(versions: Mapping[str, int]) -> ColumnElement[bool]:
    """The condition on a signature that its signer agreed to one of the versions, or a later one."""
    of_languages = [
        and_(Signature.locale == locale, Signature.consent_version >= version)
        for locale, version in sorted(versions.items())
    ]
    return or_(false(), *of_languages)


def covering_text(signatures: FromClause, use: str) -> Exists:
    """The same for signatures of actions that the caller does not know, such as those of another query."""
    columns = signatures.c
    return (
        exists()
        .where(
            ConsentUse.use == use,
            ConsentUse.kind == columns.kind,
            ConsentUse.locale == columns.locale,
            ConsentUse.from_version <= columns.consent_version,
        )
        .correlate(signatures)
    )


def has_earlier_texts(use: str, kind: str) -> bool:
    """Whether people may have agreed to a text for this kind that does not cover a use."""
    covers = exists().where(
        ConsentUse.use == use,
        ConsentUse.kind == ConsentText.kind,
        ConsentUse.locale == ConsentText.locale,
        ConsentUse.from_version <= ConsentText.version,
    )
    return has_rows(select(ConsentText.version).where(ConsentText.kind == kind, ~covers))


def set_covered(
    kind: str, locale: str, uses: Mapping[str, int | None], *, now: datetime, actor: str = ""
) -> None:
    """Say which version is the first to cover each use; None for no version so far.

    Raises NotFound if there is no such version or use. Without an actor, as when the demo is loaded, there
    is no entry in the audit log.
    """
    with write_transaction() as connection:
        if not uses.keys() <= set(USES_OF_KIND[kind]):
            raise NotFound
        before = covered_uses(connection, kind, locale).get(COUNTED_PROVIDERS)
        for use, version in uses.items():
            _set(connection, {"kind": kind, "locale": locale, "use": use}, version)
        if uses.get(COUNTED_PROVIDERS, before) != before:
            _check_providers(connection, kind, locale, now)
        if actor:
            add_entry(
                connection,
                "consent-use-set",
                actor=actor,
                now=now,
                kind=kind,
                language=locale,
                uses={use: version or 0 for use, version in uses.items()},
            )


def cover_with_model(
    kind: str, locale: str, version: int, *, now: datetime, actor: str = ""
) -> None:
    """The model text, which names every use, is now this version.

    A use that an earlier version covers stays covered from there: the people who agreed to that one are not
    left out because the wording is new.
    """
    known = covered_uses(db.session.connection(), kind, locale)
    new = {use: version for use in USES_OF_KIND[kind] if use not in known}
    if new:
        set_covered(kind, locale, new, now=now, actor=actor)


def _first_versions() -> Mapping[tuple[str, str, str], int]:
    columns = ConsentUse.use, ConsentUse.kind, ConsentUse.locale, ConsentUse.from_version
    rows = db.session.execute(select(*columns)).all()
    release_connection()  # signers wait for each other next
    return {(row.use, row.kind, row.locale): row.from_version for row in rows}


def _check_providers(connection: Connection, kind: str, locale: str, now: datetime) -> None:
    """Ask the worker to count all signatures by what their text covers now."""
    values = {"asked_at": now, "action_id": 0, "signature_id": 0}
    row = dialect_insert(connection.dialect.name)(ProviderCheck).values(
        {"kind": kind, "locale": locale, **values}
    )
    connection.execute(row.on_conflict_do_update(index_elements=["kind", "locale"], set_=values))


def _set(connection: Connection, key: Mapping[str, str], version: int | None) -> None:
    if version is None:
        connection.execute(delete(ConsentUse).filter_by(**key))
        return
    text = select(ConsentText.version).filter_by(
        kind=key["kind"], locale=key["locale"], version=version
    )
    if connection.scalar(text) is None:
        raise NotFound
    row = dialect_insert(connection.dialect.name)(ConsentUse).values(
        {**key, "from_version": version}
    )
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["kind", "locale", "use"], set_={"from_version": version}
        )
    )
