"""Email providers by which signatures are counted: public ones by name, all others together.

Only people whose consent text covers it are counted. Their signature has the name under which they are
counted, so a tally loses exactly what it was given.
"""

OTHER_PROVIDERS = "other"
# Large providers at which anyone can have an address, 50 at most. A domain of one person, or of a small
# group, is never named. Those of the demo belong to nobody.
PROVIDERS = {
    *("gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "outlook.com", "hotmail.com"),
    *("live.com", "msn.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com"),
    *("mail.com", "zoho.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "t-online.de"),
    *("libero.it", "btinternet.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "yandex.ru"),
    *("ya.ru", "yandex.com", "rambler.ru", "ukr.net", "yahoo.fr", "hotmail.fr", "outlook.fr"),
    *("live.fr", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "yahoo.es"),
    *("hotmail.es", "outlook.es", "yahoo.co.uk", "hotmail.co.uk", "gmail.demo.example"),
    *("mailru.demo.example", "yahoo.demo.example", "proton.demo.example"),
    "orange.demo.example",
}


def provider_of(email: str) -> str:
    """The domain of a public provider, or "other"."""
    domain = email.rpartition("@")[2].strip().lower()
    return domain if domain in PROVIDERS else OTHER_PROVIDERS
