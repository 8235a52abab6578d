"""Settings and a client for tests that start the app."""

from typing import Any

from flask.testing import FlaskClient

SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "a secret for tests",
    "EMAIL_HASH_KEY": "a key for tests",
    "PUBLIC_URL": "http://actions.example.org",
    "MIN_FILL_SECONDS": 0,
    "RATELIMIT_ENABLED": False,
    "CACHE_SECONDS": 0,
    "CATALOG_SECONDS": 3600,  # a test that changes languages says when to reload
    "LOCALE_NEEDS": ["form", "errors", "mails", "pages", "privacy", "approval"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {  # the cheapest argon2: tests log in thousands of times
        "argon2__rounds": 1,
        "argon2__memory_cost": 8,
        "argon2__parallelism": 1,
    },
}


class Visitor(FlaskClient):
    """A client that gives each request its own app context, and so its own `g`."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)
