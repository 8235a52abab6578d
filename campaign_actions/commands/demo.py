"""The `demo` commands."""

import click
from flask import current_app
from flask.cli import AppGroup

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.core.security.totp import one_time_codes
from campaign_actions.demo.accounts import (
    authenticator_keys,
    demo_address,
    demo_password,
    load_staff,
)
from campaign_actions.demo.history import begin_histories
from campaign_actions.demo.load import draw_pictures, load_demo
from campaign_actions.demo.people import add_people
from campaign_actions.demo.waiting import add_waiting_work
from campaign_actions.staff.authentication.password_hashing import password_hashing

demo = AppGroup("demo", help="Load demo content.")


@demo.command("load")
def load() -> None:
    """Load the demo campaigns with their pictures.

    If DEMO is on, this also adds example people who take part, and demo staff with pending work.
    Running it again changes nothing.
    """
    ensure_email_key()
    now, is_demo = utc_now(), current_app.config["DEMO"]
    loaded = load_demo(now=now)
    draw_pictures(loaded, now=now)
    if is_demo:
        add_people(loaded, now=now)
    click.echo(
        f"Loaded the demo campaigns: {', '.join(loaded)}."
        if loaded
        else "The demo campaigns are already loaded."
    )
    if is_demo:
        _load_staff()
        begin_histories(loaded)
        if "racism" in loaded:
            add_waiting_work(now=now)


def _load_staff() -> None:
    key, codes = current_app.config["SECRET_KEY"], one_time_codes()
    password = demo_password(key)
    secrets = {role: codes.encrypt(base32) for role, base32 in authenticator_keys(key).items()}
    load_staff(password_hashing().hash(password), secrets, now=utc_now())
    click.echo(
        f"Staff login: {demo_address('administrator')}, password {password}"
        " (see /demo/staff/ for the code and other accounts)."
    )
