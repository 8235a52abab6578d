"""The subjects of links in emails identify one signature of one action."""

import pytest

from campaign_actions.core.security.signed_tokens import TokenKind
from tests.support.factories import make_action, make_signature

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def signature(app):
    return make_signature(make_action())


@pytest.mark.parametrize("subject", ["", "test", "-", "x-y", "²-y", "-1-y", "1-{public_id}"])
@pytest.mark.parametrize("purpose", ["confirm", "withdraw", "unsubscribe"])
def test_a_link_with_a_malformed_subject_is_broken(client, signature, purpose, subject):
    token = TokenKind(purpose).make(subject.format(public_id=signature.public_id))

    answer = client.get(f"/en/{purpose}/{token}/")

    is_test_of_an_update = (purpose, subject) == ("unsubscribe", "test")
    assert answer.status_code == (200 if is_test_of_an_update else 404)
