"""The `demo` commands."""

import click
from flask.cli import AppGroup

from campaign_actions.core.database import utc_now
from campaign_actions.core.keys import ensure_email_key
from campaign_actions.demo.loading import load_demo

demo = AppGroup("demo", help="The demo campaigns.")


@demo.command("load")
def load() -> None:
    """Load the demo campaigns; done again, it changes nothing."""
    ensure_email_key()
    loaded = load_demo(now=utc_now())
    click.echo(
        f"Loaded {', '.join(loaded)}." if loaded else "The demo campaigns are already there."
    )
