"""Logs in to the staff pages: quickly, or with the real form."""

import re
from datetime import datetime, timedelta

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.staff.authentication.sessions import start_session
from campaign_actions.web.staff.waiting.store import keep_count
from tests.support.factories import PASSWORD

SECOND = "/staff/login/second-factor/"


def log_in(client, member, *, device: str = "", now: datetime | None = None) -> None:
    """Start a session without the form, since checking a password takes time.

    The menu shows as many tasks as if the overview had just been opened without any: counting them takes
    as long as a page. They are counted after the first form that the member sends.
    """
    now = now or utc_now()
    secret = start_session(member, via="", device=device, now=now)
    db.session.refresh(member)
    with client.session_transaction(path="/staff/") as session:
        session.clear()
        session.update(_user_id=member.fs_uniquifier, session=secret, fs_paa=now.timestamp())
    keep_count(member.fs_uniquifier, 0)


def cookie_of(app, member, *, now: datetime | None = None) -> tuple[str, str]:
    """The name and the value of the cookie of someone who has just logged in."""
    now = now or utc_now()
    secret = start_session(member, via="", device="", now=now)
    db.session.refresh(member)
    facts = {"_user_id": member.fs_uniquifier, "session": secret, "fs_paa": now.timestamp()}
    serializer = app.session_interface.get_signing_serializer(app)
    return app.config["SESSION_COOKIE_NAME"], serializer.dumps(facts)


def log_in_by_form(client, email: str, password: str = PASSWORD, **options):
    """Submit the login form; returns the response."""
    return post(client, "/staff/login", email=email, password=password, **options)


def log_in_with_all_factors(client, member) -> str:
    """Log in with the form and every factor; returns the secret of the authenticator app."""
    secret = member.tf_totp_secret or set_up_app(member)
    db.session.refresh(member)
    member.totp_counter = None
    db.session.commit()
    assert log_in_by_form(client, member.email).location.startswith(SECOND)
    assert post(client, SECOND, code=code_of(secret)).location == "/staff/"
    db.session.rollback()
    return secret


def post(client, page: str, *, seen: str = "", headers=None, **fields):
    """Open a page, or `seen` if that is given, and submit the form with these fields."""
    opened = client.get(seen or page)
    assert opened.status_code == 200, (opened.status_code, opened.location, opened.text)
    token = token_of(opened.text)
    return client.post(page, data={"csrf_token": token, **fields}, headers=headers)


def token_of(page: str) -> str:
    """The form token of a staff page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def set_up_app(member) -> str:
    """Set up an authenticator app for a member; returns its secret as it is stored."""
    member.tf_primary_method = "authenticator"
    member.tf_totp_secret = one_time_codes().generate_totp_secret()
    db.session.commit()
    return member.tf_totp_secret


def wrong_code(secret: str) -> str:
    """A code that no app shows now, nor a little earlier or later."""
    now = utc_now()
    near = {code_of(secret, now + timedelta(seconds=30 * step)) for step in range(-3, 4)}
    return next(code for n in range(100) if (code := f"{n:06}") not in near)


def code_of(secret: str, now: datetime | None = None) -> str:
    """The code that the app shows."""
    return one_time_codes().code_at(secret, now or utc_now())


def age_login(context, app, *, minutes: int) -> None:
    """Make the login of a browser older, as if this many minutes had passed."""
    (cookie,) = (found for found in context.cookies() if found["name"] == "staff")
    serializer = app.session_interface.get_signing_serializer(app)
    facts = serializer.loads(cookie["value"])
    facts["fs_paa"] -= minutes * 60
    context.add_cookies([cookie | {"value": serializer.dumps(facts)}])


def dashboards_of(action) -> tuple[str, str, str]:
    """The addresses of the dashboards of an action, of its campaign and of all campaigns."""
    there = f"/staff/campaigns/{action.campaign_id}/"
    return f"{there}actions/{action.id}/", f"{there}dashboard/", "/staff/dashboard/"
