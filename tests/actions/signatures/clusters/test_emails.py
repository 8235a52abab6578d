"""Staff who want it get an email about new clusters: once for each, in their language, naming nobody."""

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import SignatureCluster
from campaign_actions.actions.signatures.clusters.decide import dismiss
from campaign_actions.actions.signatures.clusters.emails import cluster_mails, tell_staff
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember
from tests.support.clusters import LOW, MINUTE, arrive, look, make_compared_action
from tests.support.factories import NOON, make_campaign, make_staff


@pytest.fixture
def action(app):
    return make_compared_action()


@pytest.fixture
def grace(app):
    return make_staff("administrator", email="grace@example.org", wants_cluster_mail=True)


def attack(action, domain="bulk.example", now=NOON) -> None:
    arrive(action, 20, domain=domain, given_name="Zaphod", now=now)
    look(now)


def tell(now=NOON) -> int:
    return tell_staff(now, thresholds=LOW)


def queued() -> list[tuple[str, str]]:
    db.session.rollback()
    mails = select(OutboxMail).filter_by(template="staff-clusters").order_by(OutboxMail.id)
    return [(mail.recipient, mail.lane) for mail in db.session.scalars(mails)]


def make_mail(member, locale="en"):
    db.session.rollback()
    newest = select(OutboxMail.about).filter_by(template="staff-clusters")
    about = db.session.scalars(newest.order_by(OutboxMail.id.desc()).limit(1)).one()
    return cluster_mails()["staff-clusters"](about, email_key(member.email), locale, NOON)


def test_only_members_who_want_it_and_may_decide_get_it(action, grace):
    make_staff("administrator")
    make_staff("exporter", wants_cluster_mail=True)
    make_staff("campaigner", wants_cluster_mail=True, campaigns=(make_campaign(slug="other").id,))
    attack(action)

    assert tell(NOON) == 1
    assert queued() == [("grace@example.org", "staff")]


def test_the_links_lead_to_the_clusters_of_each_action_and_to_the_setting_of_the_account(
    action, grace
):
    other = make_compared_action(campaign=make_campaign(slug="other"))
    arrive(action, 20, domain="bulk.example")
    arrive(other, 20, domain="bulk.example")
    look()
    tell(NOON)

    mail = make_mail(grace)

    addresses = [url for _title, url, _lines in mail.values["actions"]]
    assert [url.partition("/actions/")[2] for url in addresses] == [
        f"{one.id}/signatures/clusters/" for one in (action, other)
    ]
    assert mail.links["account_url"].endswith("/staff/account/#cluster-emails")


def test_it_says_how_many_there_are_when_it_is_sent(action, grace):
    attack(action)
    tell(NOON)
    arrive(action, 5, domain="bulk.example", now=NOON)

    ((_title, _url, lines),) = make_mail(grace).values["actions"]

    assert [number for _reason, number, _since in lines] == [25]


def test_each_cluster_is_told_once(action, grace):
    attack(action)

    first = tell(NOON)
    look(NOON + MINUTE)
    again = tell(NOON + MINUTE)
    attack(action, "other.example", now=NOON + MINUTE)
    new = tell(NOON + 2 * MINUTE)

    assert (first, again, new) == (1, 0, 1)
    mail = make_mail(grace)
    assert mail.values["count"] == 1, "the first one was told before"


def grow(action, number: int, *, minutes: int) -> None:
    """So many more, in the minutes since noon, so that the cluster never pauses."""
    for minute in range(9, minutes, 9):
        arrive(action, 10, domain="bulk.example", now=NOON + minute * MINUTE)
        look(NOON + minute * MINUTE)
    arrive(action, number, domain="bulk.example", now=NOON + minutes * MINUTE)
    look(NOON + minutes * MINUTE)


def test_a_cluster_that_has_doubled_is_told_again_an_hour_later(action, grace):
    attack(action)
    tell(NOON + MINUTE)
    grow(action, 20, minutes=60)
    number = len(open_clusters(action.id))

    early = tell(NOON + 60 * MINUTE)
    later = tell(NOON + 61 * MINUTE)
    again = tell(NOON + 62 * MINUTE)

    assert (number, early, later, again) == (1, 0, 1, 0)
    ((_title, _url, ((_reason, people, _since),)),) = make_mail(grace).values["actions"]
    assert people == 100


def test_a_cluster_that_has_not_doubled_is_not_told_again(action, grace):
    arrive(action, 200, domain="bulk.example")
    look()
    tell(NOON + MINUTE)
    grow(action, 20, minutes=61)

    assert tell(NOON + 61 * MINUTE) == 0


def test_an_email_about_another_cluster_of_the_action_comes_first(action, grace):
    attack(action)
    tell(NOON + MINUTE)
    grow(action, 20, minutes=60)
    attack(action, "other.example", now=NOON + 60 * MINUTE)

    new = tell(NOON + 60 * MINUTE)
    within_an_hour = tell(NOON + 61 * MINUTE)

    assert (new, within_an_hour) == (1, 0)


def test_clusters_that_are_found_together_are_in_one_email(action, grace):
    arrive(action, 20, domain="bulk.example")
    arrive(action, 20, domain="spam.example")
    look()

    assert tell(NOON) == 1
    assert make_mail(grace).values["count"] == 2


def test_a_cluster_that_was_decided_before_it_was_told_is_not(action, grace):
    attack(action)
    (cluster,) = open_clusters(action.id)
    dismiss(cluster, action="a", actor=grace.email, staff_id=grace.id, now=NOON)

    assert tell(NOON) == 0


def test_an_email_about_decided_clusters_is_not_sent(action, grace):
    attack(action)
    tell(NOON)
    (cluster,) = open_clusters(action.id)
    dismiss(cluster, action="a", actor=grace.email, staff_id=grace.id, now=NOON)

    assert make_mail(grace) is None


def test_someone_who_no_longer_wants_it_gets_none(action, grace):
    attack(action)
    tell(NOON)
    db.session.execute(update(StaffMember).values(wants_cluster_mail=False))
    db.session.commit()

    assert make_mail(grace) is None


def test_an_email_about_deleted_clusters_is_not_sent(action, grace):
    attack(action)
    tell(NOON)
    db.session.execute(SignatureCluster.__table__.delete())
    db.session.commit()

    assert make_mail(grace) is None


@pytest.mark.parametrize("locale", ["en", "ru", "ar"])
def test_it_says_what_was_found_and_names_nobody(action, grace, locale):
    attack(action)
    tell(NOON)
    mail = make_mail(grace, locale)

    rendered = render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)

    for text in (rendered.text, rendered.html):
        assert "Title of hate-crimes (en)" in text
        assert f"/actions/{action.id}/signatures/clusters/" in text
        assert "/staff/account/" in text
    everything = rendered.subject + rendered.text + rendered.html
    assert "Zaphod" not in everything
    assert "bulk.example" not in everything
    assert mail.to == grace.email
