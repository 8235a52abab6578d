"""Emails are sent, so nothing is said about them."""

import pytest


@pytest.fixture(autouse=True)
def mail_server(app):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
