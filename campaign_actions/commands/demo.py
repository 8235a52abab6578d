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
from campaign_actions.demo.load import load_demo
from campaign_actions.staff.authentication.password_hashing import password_hashing

demo = AppGroup("demo", help="The demo campaigns.")


@demo.command("load")
def load() -> None:
    """Load the demo campaigns, with DEMO on also staff; done again, it changes nothing."""
    ensure_email_key()
    loaded = load_demo(now=utc_now())
    click.echo(
        f"Loaded {', '.join(loaded)}." if loaded else "The demo campaigns are already there."
    )
    if current_app.config["DEMO"]:
        _load_staff()


def _load_staff() -> None:
    key, codes = current_app.config["SECRET_KEY"], one_time_codes()
    password = demo_password(key)
    secrets = {role: codes.encrypt(base32) for role, base32 in authenticator_keys(key).items()}
    load_staff(password_hashing().hash(password), secrets, now=utc_now())
    click.echo(
        f"Staff log-in: {demo_address('administrator')}, password {password}; "
        "the code to go with it, and other roles: /demo/staff/"
    )
