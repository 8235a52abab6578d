"""Later uses of data: only for people whose consent text names them."""

import csv
import io

import pytest
from sqlalchemy import select

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.personal_data.later_uses import set_covered, uses_covered_now
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from tests.support.exports import export_file, make_export
from tests.support.factories import NOON, make_action, make_confirmed


@pytest.fixture
def petition(app):
    """Three people agreed to two versions of the text, in two languages."""
    action = make_action(locales=("en", "ru"))
    publish_consent("petition", "en", "We also load your data into our CRM.", now=NOON)
    people = {"old": ("en", 1), "new": ("en", 2), "other": ("ru", 1)}
    for name, (locale, version) in people.items():
        agreed = {"locale": locale, "consent_version": version, "wants_updates": True}
        make_confirmed(action, given_name=name, **agreed)
    return action


def rows(action, purpose: str) -> dict[str, dict[str, str]]:
    """The rows of a file by given name."""
    data, _record = export_file(make_export(action, purpose=purpose, recipient="x"))
    return {row["given_name"]: row for row in csv.DictReader(io.StringIO(data.decode()))}


def test_nobody_is_loaded_into_another_program_before_a_text_says_so(petition):
    assert rows(petition, "crm") == {}


def test_people_who_agreed_to_an_earlier_text_or_in_another_language_are_left_out(petition):
    set_covered("petition", "en", {"crm": 2}, now=NOON)

    assert list(rows(petition, "crm")) == ["new"]


def test_each_language_has_its_own_first_version(petition):
    set_covered("petition", "en", {"crm": 2}, now=NOON)
    set_covered("petition", "ru", {"crm": 1}, now=NOON)

    assert sorted(rows(petition, "crm")) == ["new", "other"]


def test_people_who_want_no_updates_are_left_out(petition):
    set_covered("petition", "en", {"crm": 2}, now=NOON)
    make_confirmed(petition, given_name="quiet", consent_version=2)

    assert list(rows(petition, "crm")) == ["new"]


def test_the_handover_has_the_code_only_of_people_who_agreed_to_it(petition):
    set_covered("petition", "en", {"code": 2}, now=NOON)

    found = rows(petition, "handover")

    assert {name for name, row in found.items() if row["signature_id"]} == {"new"}
    assert set(found) == {"old", "new", "other"}


def test_a_use_can_be_taken_back(petition):
    set_covered("petition", "en", {"crm": 2}, now=NOON)

    set_covered("petition", "en", {"crm": None}, now=NOON)

    assert rows(petition, "crm") == {}


@pytest.mark.parametrize("uses", [{"crm": 3}, {"crm": 0}, {"advertising": 1}])
def test_a_version_or_use_that_does_not_exist_is_refused(petition, uses):
    with pytest.raises(NotFound):
        set_covered("petition", "en", uses, now=NOON)


def test_a_pledge_has_no_code_to_hand_over(app):
    make_action(kind="pledge")

    with pytest.raises(NotFound):
        set_covered("pledge", "en", {"code": 1}, now=NOON)


def test_the_newest_text_covers_what_an_earlier_one_did(petition):
    set_covered("petition", "en", {"code": 1, "crm": 2}, now=NOON)

    assert uses_covered_now("petition", "en") == {"code", "crm"}
    assert uses_covered_now("petition", "ru") == set()


def test_saying_what_a_text_covers_is_in_the_audit_log(petition):
    set_covered("petition", "en", {"crm": 2, "code": None}, now=NOON, actor="grace@example.org")

    (entry,) = db.session.scalars(select(AuditEntry).filter_by(event="consent-use-set"))
    assert entry.details == {
        "kind": "petition",
        "language": "en",
        "uses": {"crm": 2, "code": 0},
    }
