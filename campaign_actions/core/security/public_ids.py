"""Random ids for addresses and files, which say nothing and are never given twice, also after a restore."""

import base64
import secrets

PUBLIC_ID_LENGTH = 26


def new_public_id() -> str:
    """128 random bits as 26 letters and digits, which no spreadsheet mistakes for a number."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
