"""An update to some people only is for those whose consent text says that they may be chosen."""

from dataclasses import fields

import pytest

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import UPDATES_BY_ACTIONS, UPDATES_TO_SOME, Action
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import CHOSEN_BY
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db
from campaign_actions.updates.audience import Audience, count_people, count_steps
from campaign_actions.updates.preflight import nobody_in_words, not_left_out
from campaign_actions.updates.send import NotReady
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_update
from tests.support.mail_server import mail_server
from tests.support.updates import deliver, queue_all, queued_emails, start_update

WANTS = {"wants_updates": True}
GERMANY = SignatureFilter(country="DE")


@pytest.fixture
def action(app):
    """Ada and Bea live in Germany. Only Bea's text, the second, says that updates may go to some people."""
    action = make_action()
    publish_consent("petition", "en", "We may choose by your country.", now=NOON)
    set_covered("petition", "en", {UPDATES_TO_SOME: 2}, now=NOON)
    for name, version in (("ada", 1), ("bea", 2)):
        agreed = {"country_code": "DE", "consent_version": version, **WANTS}
        make_confirmed(action, email=f"{name}@example.org", **agreed)
    return action


def recipients(update) -> list[str]:
    return sorted(mail.recipient for mail in queued_emails(update))


@pytest.mark.parametrize(
    "wanted",
    [
        GERMANY,
        SignatureFilter(countries=("DE", "FR")),
        SignatureFilter(language="en"),
        SignatureFilter(without="source"),
        SignatureFilter(domain="example.org"),
        SignatureFilter(since="2020-01-01T00:00:00+00:00"),
    ],
    ids=lambda wanted: next(iter(wanted.filter())),
)
def test_people_who_agreed_to_an_earlier_text_are_left_out_of_a_segment(action, wanted):
    update = make_update(action, filter=wanted.filter())

    assert start_update(update) == 1
    queue_all()

    assert recipients(update) == ["bea@example.org"]


def test_people_chosen_one_by_one_need_the_same_consent(action):
    ada = make_confirmed(action, email="cyd@example.org", **WANTS)

    assert count_people(Audience((action.id,), SignatureFilter(ids=(ada.public_id,)))) == 0


def test_an_update_to_everyone_needs_no_such_text(action):
    update = make_update(action)

    assert start_update(update) == 2
    queue_all()

    assert recipients(update) == ["ada@example.org", "bea@example.org"]


def test_the_page_counts_those_whose_text_is_an_earlier_one(action):
    audience = Audience((action.id,), GERMANY)

    numbers = count_steps(audience, count_people(audience))

    assert (numbers.asked, numbers.agreed, numbers.people) == (2, 1, 1)


def test_a_use_that_is_taken_back_stops_emails_that_are_queued(app, action):
    update = make_update(action, filter=GERMANY.filter())
    start_update(update)
    queue_all()
    set_covered("petition", "en", {UPDATES_TO_SOME: None}, now=NOON)

    with mail_server() as server:
        done = deliver(app, f"smtp://127.0.0.1:{server.port}")

    assert done.dropped == 1
    assert queued_emails(update) == []


def test_without_such_a_text_nothing_is_sent_and_the_reason_is_given(action):
    set_covered("petition", "en", {UPDATES_TO_SOME: None}, now=NOON)

    with pytest.raises(NotReady):
        start_update(make_update(action, filter=GERMANY.filter()))

    assert "Remove the filters" in nobody_in_words(Audience((action.id,), GERMANY))


def test_a_segment_of_several_actions_needs_both_uses(action):
    campaign = db.session.get_one(Action, action.id).campaign
    other = make_action(slug="other", campaign=campaign)
    both = Audience((action.id, other.id), GERMANY)

    before = count_people(both), nobody_in_words(both)
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1}, now=NOON)

    assert before[0] == 0
    assert "compares actions" in before[1]
    assert count_people(both) == 1


def test_the_definition_names_every_filter_that_an_update_can_have():
    never_kept = {"name", "email", "fill_time", "same_comment"}
    of_their_own = {"ids", "not_signed"}  # one by one; UPDATES_BY_ACTIONS
    about_the_same = {"without", "status"}  # no country, for example; all have confirmed

    names = {field.name for field in fields(SignatureFilter)}

    assert CHOSEN_BY.keys() == names - never_kept - of_their_own - about_the_same


class TestNotSigned:
    """Leaving out people who took part in another action uses their data there."""

    @pytest.fixture
    def actions(self, app):
        """Ada's text covers it in both actions, Bea's only in the first."""
        campaign = make_campaign()
        first = make_action(campaign=campaign, slug="first")
        second = make_action(campaign=campaign, slug="second")
        publish_consent("petition", "en", "We compare actions.", now=NOON)
        set_covered("petition", "en", {UPDATES_BY_ACTIONS: 2}, now=NOON)
        for name, version in (("ada", 2), ("bea", 1)):
            email = f"{name}@example.org"
            make_confirmed(first, email=email, consent_version=2, **WANTS)
            make_confirmed(second, email=email, consent_version=version)
        return first, second

    def test_a_signature_counts_only_if_its_text_covers_the_comparison(self, actions):
        first, second = actions
        update = make_update(first, filter=SignatureFilter(not_signed=second.id).filter())

        assert start_update(update) == 1
        queue_all()

        assert recipients(update) == ["bea@example.org"]

    def test_the_page_says_that_such_people_are_not_left_out(self, actions):
        first, second = actions
        audience = Audience((first.id,), SignatureFilter(not_signed=second.id))

        before = not_left_out(audience)
        set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1}, now=NOON)
        after = not_left_out(audience)

        assert "an earlier consent text in the other action" in before
        assert after == ""
        assert not_left_out(Audience((first.id,))) == ""
