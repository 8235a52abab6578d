"""The subjects of links in emails identify one signature of one action."""

import pytest

from campaign_actions.actions.signatures.email_links import (
    find_linked_signature,
    signature_subject,
    signing_subject,
)
from campaign_actions.core.security.signed_tokens import make_token
from tests.support.factories import make_action, make_campaign, make_signature

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def signature(app):
    return make_signature(make_action())


@pytest.mark.parametrize("name", [signature_subject, signing_subject])
def test_a_subject_identifies_its_signature(signature, name):
    assert find_linked_signature(name(signature)) is signature


def test_a_signature_is_found_only_with_its_own_action(signature):
    other = make_action(campaign=make_campaign(slug="other"), slug="other")

    assert find_linked_signature(f"{other.id}-{signature.public_id}") is None


@pytest.mark.parametrize("subject", ["", "test", "1", "-", "x-y", "²-y", "-1-y", "{public_id}"])
@pytest.mark.parametrize("purpose", ["confirm", "withdraw", "unsubscribe"])
def test_a_link_with_a_malformed_subject_is_broken(client, signature, purpose, subject):
    token = make_token(purpose, subject.format(public_id=signature.public_id))

    answer = client.get(f"/en/{purpose}/{token}/")

    is_test_of_an_update = (purpose, subject) == ("unsubscribe", "test")
    assert answer.status_code == (200 if is_test_of_an_update else 404)
