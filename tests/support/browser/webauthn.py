"""A passkey authenticator that needs no finger: Chromium's own, for tests."""

from playwright.sync_api import Page


def give_authenticator(page: Page, *, asks_for_a_finger: bool = True) -> None:
    """To one page: what it keeps is gone with the page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": asks_for_a_finger,
        "isUserVerified": asks_for_a_finger,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
