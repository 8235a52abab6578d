"""Nothing that happens to a signature reads a growing table from end to end.

Real pages and verbs are called on large tables, and the database explains each statement at the moment
it is sent. A new query that scans a table makes a test fail.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from campaign_actions.actions.comments.inbox import (
    IS_SHOWN,
    MAX_COUNTED,
    CommentFilter,
    signings_matching,
)
from campaign_actions.actions.comments.moderation import decide_comments, undo_batch
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.states.check_providers import BATCH_SIZE, check_providers
from campaign_actions.actions.models import COUNTED_PROVIDERS, Action, Comment, Signature, Tally
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.clusters.emails import tell_staff
from campaign_actions.actions.signatures.clusters.fill_time import delete_fill_times
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.left import close_empty_clusters
from campaign_actions.actions.signatures.clusters.record import delete_old_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.codes.tries import delete_old_tries
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.batches import batches
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch, erase_next
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.invalidation.run_jobs import continue_batches
from campaign_actions.actions.signatures.invalidation.suppress import lift_suppressions
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.actions.signatures.reminders import expire, remind
from campaign_actions.actions.signatures.resend import ResendLimitReached, resend
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw, withdraw_on_request
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import FileTransport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.queries import oldest_mail
from campaign_actions.staff.dual_control import Approval
from campaign_actions.updates.queue_batches import queue_batch, queue_next_batches
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.batches import batch_row, mark, undo
from tests.support.clusters import cover
from tests.support.factories import (
    NOON,
    ended,
    find_signature_of,
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
    make_update,
)
from tests.support.query_plans import explaining, nodes
from tests.support.sign_form import hidden_inputs, post
from tests.support.staff_client import log_in

ROWS = 20_000
GROWING = {"signatures", "outbox_mails", "tally_ledger", "tallies", "tally_sources"}
GROWING |= {"comments", "audit_entries", "code_tries", "state_ledger", "state_days"}
GROWING |= {"state_quarters", "state_sources", "state_source_languages"}
# Nodes that read all rows before they return the first.
READS_ALL = {"Sort", "Aggregate", "Hash", "Hash Join", "Materialize"}
COSTLY = 200  # in PostgreSQL's units; reading the whole of the smallest table costs 400
# A known number of rows: by their keys, of one action or of all, or between two keys.
NAMED = re.compile(
    r"(\(+action_id = \d+\) AND )?\(+"
    r"((id|email_key|signature_id|public_id)\)?(::text)? = ANY |id > \S+\) AND \(id <= )"
)
LATER = NOON + timedelta(days=3)
FIRST_MINUTES = datetime(2026, 11, 2, 0, 10, tzinfo=UTC)  # a day after those of the rows
EACH = Thresholds(*(1, 1, 1, 1, 1), odds=5, rate=20, window_minutes=10)
IN_THE_MIDDLE = datetime(2026, 11, 7, 12, tzinfo=UTC)  # of the rows
MUCH_LATER = NOON + timedelta(days=400)
MOMENT = {
    "postgresql": "timestamp '2026-11-01' + n * interval '1 minute'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '2026-11-01', '+' || n || ' minutes')",
}
BEGUN = {
    "postgresql": "timestamp '2026-11-01'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '2026-11-01')",
}
NUMBERS = (
    f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {ROWS})"
)
BATCH = ROWS // 10  # the number of invalid signatures
SEED = [
    f"""
    insert into invalidation_batches (action_id, marked_at, reason, filter, state, ended_at, rows_marked,
        rows_undone)
    values ({{action}}, {{now}}, 'script', '{{{{}}}}', 'done', {{now}}, {BATCH}, 0)
    """,
    """
    insert into signatures (public_id, action_id, kind, status, email, email_key, country_code, locale,
        comment, show_comment, show_name, wants_updates, answers, consent_version, signed_at, confirmed_at,
        updated_at, due_at, invalidated_at, invalidation_batch_id)
    {numbers}
    select 'id-' || n, {action}, 'petition',
        case n % 10 when 0 then 'pending' when 1 then 'invalid' else 'confirmed' end,
        n || '@example.org', 'key-' || n, 'RU', 'en', 'Comment ' || n, true, false, n % 2 = 1,
        '{{}}', 1, {moment},
        case when n % 10 > 0 then {moment} end, {moment}, case n % 10 when 0 then {moment} end,
        case n % 10 when 1 then {moment} end,
        case n % 10 when 1 then (select max(id) from invalidation_batches) end
    from numbers
    """,
    """
    insert into outbox_mails (template, email_key, locale, about, status, queued_at, due_at, is_held,
        attempts, sent_at)
    {numbers}
    select 'sign', 'key-' || n, 'en', {action}, case n % 10 when 0 then 'queued' else 'sent' end,
        {moment}, {moment}, false, 1, case when n % 10 > 0 then {moment} end
    from numbers
    """,
    """
    insert into tally_ledger (action_id, change, day, country_code, locale, written_at)
    {numbers} select {action}, 1, date({moment}), 'RU', 'en', {moment} from numbers
    """,
    """
    insert into tallies (action_id, day, country_code, locale, source, confirmed)
    {numbers} select {action}, date({moment}), 'RU', 'en', 'source-' || n, 1 from numbers
    """,
    """
    insert into tally_sources (action_id, day, number, source)
    {numbers}
    select {action}, date({moment}), 1 + n % 100, 'source-' || n from numbers where n % 1440 < 100
    """,
    """
    insert into state_quarters (action_id, part, slot, value, confirmed)
    {numbers}
    select {action}, case n % 20 when 0 then 'all' else 'source' end, 1991000 + n / 20 * 4,
        case n % 20 when 0 then '' else 'source-' || (n % 20) end, 1
    from numbers
    """,
    """
    insert into state_days (action_id, part, day, value, confirmed)
    {numbers}
    select {action}, case n % 1440 when 0 then 'all' else 'source' end, date({moment}),
        case n % 1440 when 0 then '' else 'source-' || n end, 1
    from numbers
    """,
    """
    insert into state_source_languages (action_id, source, locale, confirmed)
    {numbers} select {action}, 'source-' || n, case n % 2 when 0 then 'en' else 'ru' end, 1 from numbers
    """,
    """
    insert into comments (signature_id, action_id, arrived_at, text_key, has_contact, is_repeated,
        is_shown, decided_at)
    select id, action_id, confirmed_at, case when id % 5 > 0 then 'key-' || id % 1000 end, id % 7 = 0,
        id % 5 > 0, case id % 4 when 0 then true when 1 then false end,
        case when id % 4 < 2 then confirmed_at end
    from signatures where status = 'confirmed'
    """,
    """
    insert into code_tries (email_key, action_id, tries, tried_at)
    {numbers} select 'key-' || n, {action}, 1, {moment} from numbers
    """,
    """
    insert into audit_entries (at, actor, event, subject, rows, details, previous, hash)
    {numbers}
    select {moment}, 'grace@example.org', 'login', '', 0, '{{}}', 'hash-' || (n - 1), 'hash-' || n
    from numbers
    """,
]


def make_large(action) -> None:
    kind = db.engine.dialect.name
    for statement in SEED:
        words = statement.format(
            numbers=NUMBERS, action=action.id, moment=MOMENT[kind], now=BEGUN[kind]
        )
        db.session.execute(text(words))
    db.session.commit()
    if kind == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("vacuum analyze"))


def scans(statement, plan) -> list[str]:
    """The parts of a plan that read a growing table without an index that leads to a few rows."""
    if isinstance(plan, list):
        return scans_of_sqlite(statement, plan)
    return [
        f"{node['Node Type']} of {node['Relation Name']}, cost {node['Total Cost']}"
        for node, above in nodes(plan)
        if node.get("Relation Name") in GROWING
        and node["Node Type"] != "ModifyTable"
        and (node["Node Type"] == "Seq Scan" or not is_short(node, above))
    ]


def is_short(node, above) -> bool:
    """Whether a node reads a few rows by an index, or stops at a limit without reading further rows."""
    where = node.get("Index Cond") or node.get("Recheck Cond", "")
    if NAMED.match(where) or (where and node["Total Cost"] < COSTLY):
        return True
    return "Limit" in above and not READS_ALL & set(above[: above.index("Limit")])


def scans_of_sqlite(statement, plan) -> list[str]:
    is_limited = "LIMIT" in statement and not any("TEMP B-TREE" in line for line in plan)
    return [
        line
        for line in plan
        if line.startswith("SCAN") and line.split()[1] in GROWING and not is_limited
    ]


def run_lifecycle(app, client, action, tmp_path) -> None:
    """Everything that happens from a reader's first visit until no data is left."""
    page = f"/en/campaigns/{action.campaign_slug}/{action.slug}/"
    for path in ("/en/", page, f"{page}thanks/", f"{page}count.json", "/en/campaigns/racism/"):
        assert client.get(path).status_code == 200
    assert post(client, page, email="ada@example.org").status_code == 303
    signature = find_signature_of(action.id, email_key("ada@example.org"))
    link = link_to("confirm", signature)
    assert client.get(link).status_code == 200
    assert client.post(link, data={"given_name": "Ada", "country": "RU"}).status_code == 303
    take_next_action(client, link)
    sender = Sender(FileTransport(tmp_path), mail_makers.of(app), daily_limit=5)
    deliver_due(sender, lambda: NOON, Stop(after=3))
    code = {"email": "nobody@example.org", "code": "222222"}
    assert client.post(f"{page}thanks/", data=code).status_code == 400
    delete_old_tries(FIRST_MINUTES)
    assert oldest_mail(NOON, limit=100)
    send_update(sender, action)
    assert fold() == ROWS + 2
    assert remind(LATER, erase_after=timedelta(days=30), link_life=timedelta(days=14))
    assert expire(LATER + timedelta(days=30))
    assert delete_old_emails(LATER)
    withdraw(signature, now=NOON)
    assert erase("ada@example.org", now=NOON) == 2
    withdraw(find_signature_of(action.id, "key-1"), now=NOON)  # an invalid signature
    assert lift_suppressions(MUCH_LATER, suppress_months=12, keep_months=12) == 1
    db.session.execute(update(Action).values(ended(NOON)))
    db.session.commit()
    assert erase_closed(LATER, keep_months=0)


def take_next_action(client, link: str) -> None:
    """By the link on the page that says that a signature is confirmed."""
    address = client.get(link).text.partition('href="/en/next/')[2].partition('"')[0]
    page = f"/en/next/{address}"
    assert client.post(page, data=hidden_inputs(client, page)).status_code == 303


def send_update(sender, action) -> None:
    """Queue some emails of an update and deliver them; one reader unsubscribes."""
    update = make_update(
        action, status="sending", started_at=NOON, cursor=ROWS // 2, cursor_action=action.id
    )
    now = NOON - timedelta(days=30)  # nothing else is due yet
    assert queue_batch(update.id, now) == 500
    assert deliver_due(sender, lambda: now, Stop(after=3)).sent
    assert queue_next_batches(now) == 500
    reader = find_signature_of(action.id, "key-7")
    assert unsubscribe(reader, reach="everything", now=NOON) == 1


class Stop:
    """Tells delivery to stop after a number of emails."""

    def __init__(self, *, after: int) -> None:
        self.left = after

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.slow
def test_nothing_that_happens_to_a_signature_reads_a_growing_table_from_end_to_end(
    app, client, tmp_path
):
    action = make_action()
    make_large(action)
    make_action(slug="next", campaign=make_campaign(slug="next"))
    assert are_noticed(queries_that_scan(action))

    with explaining() as plans:
        run_lifecycle(app, client, action, tmp_path)

    found = {statement: scans(statement, plan) for statement, plan in plans.items()}
    assert len(found) > 30, "the statements are seen"
    assert {statement: lines for statement, lines in found.items() if lines} == {}


@pytest.mark.slow
def test_nothing_that_staff_do_about_signers_reads_a_growing_table_from_end_to_end(app, client):
    action = make_action(shows_comments=True)
    make_large(action)
    log_in(client, make_staff("campaigner", "exporter"))

    with explaining() as plans:
        open_pages_about_signers(client, action)
        act_for_signers(action)

    found = {statement: scans(statement, plan) for statement, plan in plans.items()}
    assert len(found) > 30, "the statements are seen"
    assert {statement: lines for statement, lines in found.items() if lines} == {}


@pytest.mark.slow
def test_looking_for_clusters_does_not_read_a_growing_table_from_end_to_end(app):
    action = make_action()
    make_large(action)
    cover()
    db.session.execute(update(Signature).values(fill_time="usual"))
    db.session.commit()
    make_staff("administrator", wants_cluster_mail=True)

    with explaining() as plans:
        assert find_clusters(IN_THE_MIDDLE, thresholds=EACH)
        assert tell_staff(IN_THE_MIDDLE, thresholds=EACH) == 1
        assert delete_fill_times(datetime(2026, 12, 1, 1, tzinfo=UTC)) == 59
        close_empty_clusters(MUCH_LATER)
        delete_old_clusters(MUCH_LATER)

    found = {statement: scans(statement, plan) for statement, plan in plans.items()}
    assert len(found) > 10, "the statements are seen"
    assert {statement: lines for statement, lines in found.items() if lines} == {}


@pytest.mark.slow
def test_counting_by_email_provider_does_not_read_a_growing_table_from_end_to_end(app):
    action = make_action()
    make_large(action)
    set_covered("petition", "en", {COUNTED_PROVIDERS: 1}, now=NOON)

    with explaining() as plans:
        assert check_providers(LATER) == BATCH_SIZE
        assert check_providers(LATER) == BATCH_SIZE
        make_confirmed(action, email="ada@gmail.com")

    found = {statement: scans(statement, plan) for statement, plan in plans.items()}
    assert len(found) > 5, "the statements are seen"
    assert {statement: lines for statement, lines in found.items() if lines} == {}


def open_pages_about_signers(client, action) -> None:
    """Open all pages about signers, and the public pages with comments."""
    signature = make_confirmed(action, comment="I saw it", show_comment=True)
    page = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"
    public = f"/en/campaigns/{action.campaign_slug}/{action.slug}/"
    moment = encode_time(NOON)
    searches = (
        "",
        f"?before={moment}-1",
        f"?after={moment}-1",
        "?q=ada@example.org",
        "?q=nobody",
        "?domain=example.org",
        "?page=3",
        "?domain=example.org&page=3",
        "?page=999",
        "?source=tele",
    )
    searches += (
        "?status=invalid",
        f"?country=DE&source=x&since=2026-11-02T00:00&before={moment}-1",
    )
    below = [f"signatures/{search}" for search in (*searches, f"{signature.public_id}/")]
    below += ["signatures/bulk-invalidate/", "signatures/bulk-invalidate/?language=en", "export/"]
    below += ["signatures/?fill_time=fast", "signatures/clusters/"]
    below += [f"signatures/?same_comment={signature.public_id}"]
    below += [f"comments/?state={state}&page={moment}-1" for state in IS_SHOWN]
    below += [
        "comments/",
        "comments/?q=nobody",
        "comments/?language=ar",
        "comments/?same=0123456789abcdef",
    ]
    below += ["comments/hide/?state=flagged", f"comments/?c={signature.public_id}"]
    theirs = select(Comment.decided_at).filter_by(action_id=action.id, is_shown=True)
    newest = db.session.scalar(theirs.order_by(Comment.decided_at.desc()).limit(1))
    shown = [public, f"{public}comments/", f"{public}comments/{encode_time(newest)}/"]
    shown += ["/staff/", f"/staff/campaigns/{action.campaign_id}/", "/staff/status/emails/"]
    for path in (*(page + path for path in below), *shown):
        assert client.get(path).status_code == 200, path


def act_for_signers(action) -> None:
    signature, waiting = (
        make_confirmed(action, comment="I saw it", show_comment=True),
        make_signature(action),
    )
    facts = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": LATER}
    reading = {"read_as": "waiting", "staff_id": 1}
    decided = decide_comments(action.id, [signing_id(signature)], is_shown=True, **reading, **facts)
    assert undo_batch(action.id, decided.batch_id, **facts).rows == 1
    flagged = signings_matching(action.id, CommentFilter("flagged"), until=LATER)
    assert len(flagged) > MAX_COUNTED
    decided = decide_comments(action.id, flagged, is_shown=False, **reading, **facts)
    assert undo_batch(action.id, decided.batch_id, **facts).rows == MAX_COUNTED
    minute = {"since": NOON.isoformat(), "until": (NOON + timedelta(minutes=1)).isoformat()}
    for wanted in (SignatureFilter(**minute, country="RU"), SignatureFilter(ids=("id-2",))):
        batch_id = mark(action.id, wanted, **facts)
        rows = batch_row(batch_id).rows_marked
        assert rows
        assert undo(batch_id, **facts) == rows
    mark(action.id, SignatureFilter(domain="nobody.example"), **facts)
    continue_batches(LATER)
    undo_and_delete_a_large_batch(action, facts)
    assert invalidate(signature, reason="script", **facts)
    assert validate(signature, **facts)
    with pytest.raises(ResendLimitReached):
        resend(waiting, **facts)
    assert withdraw_on_request(signature, heard="mail", **facts)


def undo_and_delete_a_large_batch(action, facts) -> None:
    """Delete a part of a batch and make the rest valid again."""
    (large,) = (one for one in batches(action.id, offset=0, limit=9) if one.rows == BATCH)
    deletion = EraseBatch.of(large, campaign_id=action.campaign_id, action="racism/hate-crimes")
    assert erase_next(deletion, approval=Approval("grace@example.org"), now=LATER) == 500
    assert undo(large.id, **facts) == BATCH - 500


def queries_that_scan(action):
    yield select(Tally).order_by(Tally.confirmed).limit(1)
    yield select(func.count()).select_from(Signature)
    if db.engine.dialect.name == "postgresql":  # SQLite does not report the cost of a search
        yield select(OutboxMail).where(OutboxMail.last_error == "x").limit(1)
        yield select(func.max(Signature.comment)).where(Signature.action_id == action.id)


def are_noticed(queries) -> bool:
    with explaining() as plans:
        for query in queries:
            db.session.execute(query).all()
    db.session.rollback()  # ends the snapshot from which SQLite reads
    return all(scans(statement, plan) for statement, plan in plans.items())
