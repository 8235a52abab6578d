"""Pre-flight checks of an update: blockers, warnings and what is fine."""

from datetime import timedelta

import pytest

from campaign_actions.actions.models import UPDATES_BY_ACTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.clusters.decide import dismiss
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.core.db.session import db
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.updates.preflight import is_ready, run_preflight
from tests.support.clusters import arrive, look, make_compared_action
from tests.support.factories import NOON, make_action, make_campaign, make_update
from tests.support.updates import make_recipients, start_update

OTHERS = "Other updates to these people in the last 7 days"
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def findings_of(update):
    with locale_context("en"):
        return run_preflight(update)


def finding(update, title):
    (found,) = [one for one in findings_of(update) if one.message == title]
    return found


def test_an_update_with_texts_and_recipients_is_ready(app):
    action = make_action()
    make_recipients(action, 1)

    findings = findings_of(make_update(action))

    assert {one.state for one in findings} == {"ok"}
    assert is_ready(findings)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({}, "There is no text in any language."),
        ({"en": ("", "Text")}, "English: the subject is missing."),
        ({"en": ("A", "B"), "ru": ("A", "")}, "Russian: the text is missing."),
    ],
)
def test_an_incomplete_text_blocks_sending(app, texts, words):
    found = finding(make_update(make_action(), texts=texts), "Texts")

    assert (found.state, found.details) == ("blocker", (words,))


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("[a](https://law.example/page)", "ok"),
        ("<https://law.example/page>", "ok"),
        ("[a](mailto:office@law.example)", "ok"),
        ("[a](http://law.example/page)", "warning"),
        ("[a](/campaigns/)", "blocker"),
        ("[a](law.example/page)", "blocker"),
        ("[a](https://localhost/)", "blocker"),
        ("[a]()", "blocker"),
        ("[a](ftp://law.example/)", "blocker"),
        ("[a](mailto:nobody)", "blocker"),
    ],
)
def test_links_must_be_absolute(app, body, state):
    assert finding(make_update(make_action(), texts={"en": ("A", body)}), "Links").state == state


def test_a_link_missing_in_one_language_is_a_warning(app):
    texts = {"en": ("A", "[a](https://law.example/)"), "ru": ("A", "Без ссылки")}

    found = finding(make_update(make_action(), texts=texts), "Links")

    assert (found.state, "English: 1; Russian: 0" in found.details[0]) == ("warning", True)


@pytest.mark.parametrize(
    "left",
    [
        "{{ name }}",
        "{name}",
        "${name}",
        "%(name)s",
        "[NAME]",
        "[ИМЯ]",
        "[[link]]",
        "TODO",
        "XXX",
        "Lorem ipsum dolor",
        "<https://example.org/>",
        "{% if x %}",
    ],
)
def test_a_placeholder_blocks_sending(app, left):
    update = make_update(make_action(), texts={"en": ("A", f"Dear {left}, hello")})

    assert finding(update, "Placeholders").state == "blocker"


@pytest.mark.parametrize(
    "address", ["http://example.org/report", "//example.org/report", "example.org/report"]
)
def test_a_link_that_is_an_example_is_one_problem(app, address):
    update = make_update(make_action(), texts={"en": ("A", f"Read [this]({address})")})

    assert finding(update, "Placeholders").details == (
        f"English: “{address}” still needs to be filled in.",
    )
    assert finding(update, "Links").state == "ok"


@pytest.mark.parametrize(
    "fine",
    [
        "[The law](https://law.example/)",
        "[NATO](https://n.example/)",
        "50 % (of all)",
        "a { b",
        "toDo xx",
    ],
)
def test_text_that_only_resembles_a_placeholder_is_fine(app, fine):
    update = make_update(make_action(), texts={"en": ("A", fine)})

    assert finding(update, "Placeholders").state == "ok"


def test_html_tags_are_a_warning_since_they_stay_text(app):
    found = finding(
        make_update(make_action(), texts={"en": ("A", "This is <b>bold</b>")}),
        "Placeholders",
    )

    assert (found.state, len(found.details)) == ("warning", 2)


def test_a_long_subject_is_a_warning_and_an_email_that_gets_cut_off_a_blocker(app):
    long = make_update(make_action(), texts={"en": ("A" * 71, "Text")})
    cut = make_update(long_action(long), texts={"en": ("A", "- ж\n" * 5000)})

    assert finding(long, "Length").state == "warning"
    assert finding(cut, "Length").state == "blocker"


def long_action(update):
    return type("Action", (), {"id": update.action_id})()


def test_a_warning_counts_recipients_who_will_read_another_language(app):
    action = make_action(locales=("en", "ru"))
    make_recipients(action, 2, locale="ru")

    found = finding(make_update(action), "Languages")

    assert found.state == "warning"
    assert found.details == ("2 people who took part in Russian will receive it in English.",)


def test_another_update_being_sent_is_a_blocker(app):
    action = make_action()
    make_recipients(action, 1)
    start_update(make_update(action))

    found = finding(make_update(action), OTHERS)

    assert found.state == "blocker"


def recent_of(update, now):
    with locale_context("en"):
        found = [one for one in run_preflight(update, now=now) if one.message == OTHERS]
    return [(one.state, *one.details) for one in found]


def test_an_update_that_some_of_them_got_in_the_last_days_is_a_warning(app):
    campaign = make_campaign()
    action, other = (make_action(campaign=campaign, slug=slug) for slug in ("one", "two"))
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1}, now=NOON)
    make_recipients(action, 2)
    make_recipients(other, 3)
    sent = make_update(action)
    start_update(sent)
    sent.status, sent.ended_at = "sent", NOON
    db.session.commit()
    update = make_update(action, others=[other])

    soon = recent_of(update, NOON + timedelta(days=7))
    later = recent_of(update, NOON + timedelta(days=8))
    of_others = recent_of(make_update(other), NOON)

    words = "2 of these people got the update “The law has passed”, sent on 20 November 2026, 12:00 (UTC)."
    assert (soon, later, of_others) == ([("warning", words)], [("ok",)], [("ok",)])


def test_a_stopped_one_counts_as_far_as_it_got(app):
    action = make_action()
    first, *_others = sorted(make_recipients(action, 3), key=lambda each: each.id)
    sent = make_update(action)
    start_update(sent)
    sent.status, sent.ended_at = "stopped", NOON
    sent.cursor_action, sent.cursor = action.id, first.id
    db.session.commit()

    ((state, words),) = recent_of(make_update(action), NOON)

    assert (state, words[:22]) == ("warning", "1 of these people got ")


def test_recipients_in_suspicious_clusters_are_a_warning_until_someone_decides(app):
    action = make_compared_action()
    make_recipients(action, 1)
    arrive(action, 20, domain="bulk.example", wants_updates=True)
    look()
    (cluster,) = open_clusters(action.id)
    update = make_update(action)

    found = finding(update, "Suspicious clusters")
    is_sendable = is_ready(findings_of(update))
    who = {"action": "racism/hate-crimes", "actor": "grace@example.org", "staff_id": 7}
    dismiss(cluster, now=NOON, **who)
    decided = [one.message for one in findings_of(update)]

    assert (found.state, found.details) == (
        "warning",
        ("20 recipients are in suspicious clusters awaiting a decision.",),
    )
    assert found.url.endswith(f"/actions/{action.id}/signatures/clusters/")
    assert is_sendable
    assert "Suspicious clusters" not in decided
