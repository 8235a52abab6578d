"""Campaign Actions: an online campaign platform that any human-rights organisation can host."""

from campaign_actions.app import create_app

__all__ = ["create_app"]
