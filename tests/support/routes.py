"""All addresses below /staff/, and who may open them according to a list kept by hand."""

import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.models import StaffMember
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff

TESTS = Path(__file__).parent.parent
PERMISSIONS = TESTS / "permissions.txt"  # every staff address, and who may open it
ROUTES = TESTS / "routes.txt"  # every address
REQUEST_NEEDS = "staff.manage"
SAFE = {"HEAD", "OPTIONS"}


def staff_rules(app: Flask) -> list[tuple[Rule, str]]:
    """Each address below /staff/ with each of its methods."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")]
    pairs = [(rule, method) for rule in rules for method in sorted(rule.methods - SAFE)]
    return sorted(pairs, key=lambda pair: (pair[0].rule, pair[1]))


def permissions() -> dict[str, str]:
    """`address method` -> the permission; followed by ` everywhere` if it is needed in all campaigns.

    `staff`: everyone who is logged in; `anybody`; `token`: anyone with a link, without an account.
    `request`: anyone with the permission that the request in the address needs, or who made it;
    `own request`: anyone who made it.
    """
    lines = [line.split(" ", 2) for line in PERMISSIONS.read_text().splitlines()]
    return {f"{address} {method}": needed for address, method, needed in lines}


def name_of(rule: Rule, method: str) -> str:
    return f"{rule.rule} {method}"


def make_world() -> dict[str, object]:
    """A value for every parameter in addresses, so that there is something to refuse."""
    campaign = make_campaign()
    action = make_action(campaign=campaign)
    signature = make_confirmed(action)
    somebody = make_staff("translator")
    return {
        "locale": "en",
        "text_locale": "en",
        "language": "ru",
        "catalog": f"campaign-{campaign.id}",
        "key": campaign_catalog(campaign.id).messages[0].key,
        "campaign_id": campaign.id,
        "campaign_slug": campaign.slug,
        "action_id": action.id,
        "action_slug": action.slug,
        "question_type": "text",
        "staff_id": somebody.id,
        "public_id": signature.public_id,
        "request_id": make_request(somebody),
    }


def make_request(requester: StaffMember) -> int:
    """A request for an operation that needs REQUEST_NEEDS, by someone who no longer has it."""
    request = ApprovalRequest(
        kind="dual-control",
        target="setting",
        subject="",
        permission=REQUEST_NEEDS,
        payload='{"mode": "off"}',
        seen='{"mode": "auto"}',
        reason="x",
        requested_by=requester.id,
        requested_at=utc_now(),
        expires_at=utc_now() + timedelta(days=3),
    )
    db.session.add(request)
    db.session.commit()
    return request.id


def address_of(app, rule, world) -> str:
    """The address of a rule; parameters that the world lacks get valid values of rows that do not exist."""
    values = {
        name: world[name] if name in world else sample_value(converter)
        for name, converter in rule._converters.items()
    }
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def sample_value(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return 1
    return next(text for text in ("x", "0" * 6, "x" * 32) if re.fullmatch(converter.regex, text))
