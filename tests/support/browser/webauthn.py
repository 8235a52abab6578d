"""Chromium's virtual passkey authenticator, for tests."""

from playwright.sync_api import Page


def add_authenticator(page: Page, *, verifies_user: bool = True) -> None:
    """Add an authenticator to one page; its passkeys disappear with the page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": verifies_user,
        "isUserVerified": verifies_user,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
