"""Access to staff pages."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaign_actions.staff.permissions import (
    GLOBAL_PERMISSIONS,
    PERMISSIONS,
    PERMISSIONS_WITH_FACTOR,
    ROLES,
)
from tests.support.factories import make_campaign, make_staff
from tests.support.routes import (
    REQUEST_NEEDS,
    address_of,
    make_world,
    name_of,
    permissions,
    staff_rules,
)
from tests.support.staff_client import log_in, token_of

ENTRANCES = {  # views for logging in, which need no log-in
    "security.login",
    "security.login_by_passkey",
    "security.second_factor",
    "security.logout",
    "staff_access_invitations.invitation",
    "staff_access_invitations.request_reset",
    "staff_access_invitations.reset_requested",
    "staff_access_invitations.reset_password",
}


def test_an_anonymous_visitor_is_sent_to_the_log_in(client):
    answer = client.get("/staff/?page=2")

    assert (answer.status_code, answer.location) == (302, "/staff/login?next=/staff/?page%3D2")


def test_a_logged_in_member_sees_the_workspace(client):
    log_in(client, make_staff("reviewer"))

    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize("is_in", [True, False])
def test_public_pages_never_set_a_cookie(client, is_in):
    if is_in:
        log_in(client, make_staff("reviewer"))

    answer = client.get("/en/")

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_every_staff_address_has_a_guard_or_is_an_entrance(app):
    unguarded = {
        rule.endpoint
        for rule, _method in staff_rules(app)
        if not hasattr(app.view_functions[rule.endpoint], "guard")
    }

    assert unguarded == ENTRANCES


def test_every_staff_address_needs_the_permission_in_permissions_txt(app):
    guards = {
        name_of(rule, method): needed_by(app.view_functions[rule.endpoint])
        for rule, method in staff_rules(app)
    }

    assert guards == permissions()


def needed_by(view) -> str:
    if not hasattr(view, "guard"):
        return "anybody"
    return (view.guard.permission or "staff") + " everywhere" * view.guard.everywhere


def test_every_staff_address_sends_anonymous_visitors_to_the_log_in(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    world = make_world()

    answers = {
        name_of(rule, method): client.open(address_of(app, rule, world), method=method)
        for rule, method in staff_rules(app)
        if needs_log_in(app, rule)
    }

    strays = [
        name
        for name, answer in answers.items()
        if not (answer.location or "").startswith("/staff/login?next=")
    ]
    assert strays == []


@pytest.mark.slow
@pytest.mark.parametrize("reach", ["everywhere", "in this campaign", "in another campaign"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # permissions are decided in Python
def test_each_role_opens_exactly_the_listed_addresses(app, client, role, reach):
    """So no view requires more or less than its guard says."""
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []

    world = make_world()
    campaigns = {
        "everywhere": (),
        "in this campaign": (world["campaign_id"],),
        "in another campaign": (make_campaign(slug="other").id,),
    }
    member = make_staff(role, campaigns=campaigns[reach])
    for rule, method in staff_rules(app):
        if not needs_log_in(app, rule):
            continue
        answer = request_as(client, member, address_of(app, rule, world), method)
        needed = permissions()[name_of(rule, method)]
        in_a_campaign = bool({"campaign_id", "catalog"} & rule.arguments)
        is_allowed = may(role, needed, reach, in_a_campaign)
        refusal = 404 if "request" in needed else 403  # hides which requests exist
        is_open = answer.status_code != refusal and not answer.location_leads_to_log_in
        if answer.status_code >= 500 or is_open != is_allowed:
            wrong.append((name_of(rule, method), needed, answer.status_code))

    assert wrong == []


def may(role: str, needed: str, reach: str, is_in_a_campaign: bool) -> bool:
    if needed == "staff":
        return True
    if needed == "own request":
        return False
    needed = REQUEST_NEEDS if needed == "request" else needed
    permission, _space, everywhere = needed.partition(" ")
    if permission not in ROLES[role]:
        return False
    if reach == "everywhere":
        return True
    if everywhere or permission in GLOBAL_PERMISSIONS:
        return False
    return reach == "in this campaign" or not is_in_a_campaign


def test_a_member_without_a_required_factor_reaches_only_its_set_up(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    world = make_world()
    member = make_staff("administrator", tf_primary_method=None)

    reached = set()
    for rule, method in staff_rules(app):
        if not needs_log_in(app, rule):
            continue
        answer = request_as(client, member, address_of(app, rule, world), method)
        if answer.status_code != 403 and answer.location != "/staff/account/second-factor/":
            reached.add(rule.endpoint)

    assert reached <= {
        *("staff_access_reauthenticate.reauthenticate", "staff_account_factors.choose_factor"),
        *("staff_account_factors.authenticator", "staff_account_factors.add_passkey"),
    }


@pytest.mark.parametrize("role", ROLES)
def test_each_role_needs_a_second_factor_before_anything_else(client, role):
    member = make_staff(role, campaigns=(make_campaign().id,), tf_primary_method=None)
    log_in(client, member)

    answers = [client.get(page).location for page in ("/staff/", "/staff/account/")]

    assert answers == ["/staff/account/second-factor/"] * 2


def test_only_harmless_permissions_need_no_second_factor():
    assert set(PERMISSIONS) - PERMISSIONS_WITH_FACTOR == {
        "campaigns.view",
        "translations.view",
        "system.watch",
    }


def test_a_post_without_the_token_of_the_session_is_refused(client):
    log_in(client, make_staff("reviewer"))

    answer = client.post("/staff/account/", data={"name": "Eve", "locale": "en"})

    assert answer.status_code == 400


def test_sensitive_pages_ask_for_reauthentication_after_a_while(client):
    log_in(client, make_staff("administrator"))
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 11 * 60

    answer = client.get("/staff/people/invite/")

    assert answer.location == "/staff/reauthenticate?next=/staff/people/invite/"


def test_reauthentication_keeps_the_query_of_the_address(client):
    log_in(client, make_staff("administrator"))
    page = "/staff/audit/export/?subject=racism&event=exported"
    token = token_of(client.get(page).text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 31 * 60

    answer = client.post(page, data={"csrf_token": token, "format": "csv"})

    assert parse_qs(urlsplit(answer.location).query)["next"] == [page]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "/en/", "/staff/../en/", "x"],
)
def test_after_the_log_in_people_continue_only_below_staff(client, elsewhere):
    log_in(client, make_staff("reviewer"))

    answer = client.get("/staff/login", query_string={"next": elsewhere})

    assert answer.location == "/staff/"


def test_staff_pages_are_not_cached(client):
    log_in(client, make_staff("reviewer"))

    answers = [client.get("/staff/"), client.get("/staff/account/")]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_staff_cookie_is_sent_to_staff_pages_only(app, client):
    app.config["SESSION_COOKIE_SECURE"] = True

    cookie = client.get("/staff/login").headers["Set-Cookie"]

    assert cookie.startswith("staff=")
    flags = set(cookie.split("; ")[1:])
    assert flags >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/staff"}


def test_a_forged_token_opens_nothing(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    world = make_world()
    by_link = [pair for pair in staff_rules(app) if permissions()[name_of(*pair)] == "token"]

    answers = [client.open(address_of(app, rule, world), method=method) for rule, method in by_link]

    assert {answer.status_code for answer in answers} <= {404, 410}


def needs_log_in(app, rule) -> bool:
    """Whether an address needs a log-in, unlike entrances and links with a token."""
    guard = getattr(app.view_functions[rule.endpoint], "guard", None)
    return guard is not None and guard.permission != "token"


def request_as(client, member, address, method):
    """The response to a logged-in member, who logs in again if an earlier request ended the session."""
    answer = client.open(address, method=method)
    if leads_to_log_in(answer):
        log_in(client, member)
        answer = client.open(address, method=method)
    answer.location_leads_to_log_in = leads_to_log_in(answer)
    return answer


def leads_to_log_in(answer) -> bool:
    return (answer.location or "").startswith("/staff/login")
