"""Every setting, with its default and meaning.

Later sources win: this file, `config.py` in the instance folder, the environment (`CAMPAIGN_ACTIONS_` +
name), the settings given to `create_app()`.
"""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from flask import Config

PREFIX = "CAMPAIGN_ACTIONS_"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

# --- database and addresses
SQLALCHEMY_DATABASE_URI = ""  # empty: SQLite in the instance folder
REPLICA_DATABASE_URI = ""  # a PostgreSQL replica to read exports from; empty: none
SQLALCHEMY_POOL_SIZE = 12  # connections each process keeps open; up to 10 more under load
# The start of every absolute link; the Host header is never used.
PUBLIC_URL = "http://127.0.0.1:5000"
TRUSTED_PROXIES = 0  # how many proxies in front of the site may set X-Forwarded-For

# --- secrets: generated in the instance folder when first needed; none is built in
SECRET_KEY = ""  # signs sessions, links in emails and tokens in forms
SECRET_KEY_FALLBACKS: list[str] = []  # former keys that are still accepted
EMAIL_HASH_KEY = ""  # keys the hash of email addresses; must never change
AUDIT_KEY = ""  # signs the anchors of the audit log
AUDIT_FORMER_PUBLIC_KEYS: list[str] = []  # of former keys, whose anchors remain valid

# --- who runs the site
ORGANIZATION_NAME = "Human Rights Resource Centre"
ORGANIZATION_NAMES: list[str] = []  # the name in other languages: ru=Название,fr=Nom
ORGANIZATION_EMAIL = ""  # for questions about personal data; empty: MAIL_SENDER
LOCALES: list[str] = []  # serve only these languages, once they are ready; empty: all that are
# What a language needs before it is public: these areas translated, a consent text of one kind, and
# this text and the privacy page approved by a second person ("approval"). "staff" can be added.
LOCALE_NEEDS = ["form", "errors", "consent", "mails", "pages", "privacy", "approval"]

# --- sharing: the links on pages and in emails that pass a page on, in this order, for each language and
# for all others (*): whatsapp, telegram, viber, vk, facebook, x, bluesky, email, sms. They are plain links
# to services outside, and lead there only if someone follows them. Russian has those that work in Russia.
SHARE_CHANNELS = [
    "en=whatsapp telegram facebook x bluesky email sms",
    "ru=telegram vk whatsapp viber email sms",
    "fr=whatsapp telegram facebook bluesky x email sms",
    "es=whatsapp telegram facebook x bluesky email sms",
    "ar=whatsapp telegram viber facebook x email sms",
    "*=whatsapp telegram viber facebook x email sms",
]

# --- email
MAIL_URL = "file:"  # .eml files in instance/mail/; or smtp://user:pass@host:587?starttls=1
MAIL_SENDER = "campaigns@example.org"
MAIL_CONNECTIONS = (
    4  # per worker, to the mail server; a killed worker may send as many emails twice
)
MAILS_PER_DAY = 5  # to one mailbox, in any spelling of its address; the rest are sent the next day

# --- signing
MIN_FILL_SECONDS = 2  # a form submitted sooner is treated as a bot's; 0: off
SIGN_LIMIT = "30 per minute; 600 per hour"  # per source (IPv4 address or IPv6 /64) and action
# Above this number of forms in a minute, an action turns on its robot check, a proof of work, and turns it
# off again when an hour has been quiet; 0: only staff turn it on.
ROBOT_CHECK_RATE = 0
# How quickly a form was filled in, from the making of its page: faster than this many seconds, slower than
# this many, or usual. Kept for 30 days.
FAST_FILL_SECONDS = 8
SLOW_FILL_SECONDS = 3600
# From how many signatures of a few minutes with something in common staff are shown a suspicious cluster, if
# that is unusual for the action; 0: never. docs/operations.md explains them.
CLUSTER_TEXT = 10  # the same comment
CLUSTER_DOMAIN = 40  # one email domain
CLUSTER_SOURCE = 30  # one source, and all filled in fast, or all slowly
CLUSTER_MINUTE = 15  # one minute, and all filled in fast, or all slowly
CLUSTER_BURST = 100  # one minute, without a source
CLUSTER_WINDOW_MINUTES = 10  # how many of the last minutes are looked at together
CLUSTER_ODDS = 5  # unusual: so many times the odds among the signatures before
CLUSTER_RATE = 20  # unusual for CLUSTER_BURST: so many times the usual number in a minute
RATELIMIT_ENABLED = True  # False turns all rate limits off
RATELIMIT_STORAGE_URI = "memory://"  # redis://… if more than one process serves the site
CONFIRM_DAYS = 14  # how long a confirmation link works
REMIND_AFTER_HOURS = 48  # when people who have not confirmed get their only reminder
ERASE_PENDING_DAYS = 30  # then unconfirmed signatures are deleted
# How long after a signature was marked invalid its address cannot sign again, if its signer withdraws it.
SUPPRESS_MONTHS = 12
KEEP_MONTHS_AFTER_CLOSING = 12  # then personal data is deleted; the count stays

# --- staff
STAFF_IDLE_MINUTES = 60  # a session ends after this time without use
REVEAL_LIMIT = 30  # people whose addresses a member may see or delete in a day before a new log-in
STAFF_SESSION_HOURS = 12  # every session ends after this time
# Argon2id with OWASP's minimum: 19 MiB, two passes, one lane. Hashes with other parameters are renewed
# at the next login.
SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS = {
    "argon2__memory_cost": 19 * 1024,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
TIMEZONE = "UTC"  # of times that staff enter and the public reads, such as Europe/Moscow

# --- the audit log: once a day its newest hash is signed. This anchor is stored in audit_anchors/ in the
# instance folder, and sent to these places as well; docs/audit-log.md explains them
AUDIT_ANCHOR_EMAIL = ""  # an address, preferably at another organisation
AUDIT_ANCHOR_FILE = ""  # the full path of a file to append to, preferably on another machine
AUDIT_ANCHOR_TSA_URL = ""  # a time-stamping service (RFC 3161), such as https://tsa.example.org/tsr
AUDIT_ANCHOR_TSA_CERTIFICATE = ""  # a PEM file with its root and intermediate certificates

# --- speed
# The maximum age of public pages, and of the data a form is checked against; 0: no caching.
CACHE_SECONDS = 1
CATALOG_SECONDS = 2  # how often a process checks for new translations, a new brand and switches

# --- development
PSEUDO_LOCALES = False  # also serve en-XA (accented and longer) and ar-XB (right to left)

# --- monitoring
METRICS_TOKEN = ""  # /metrics requires "Authorization: Bearer <this>"; empty: /metrics is off

# --- the demo
DEMO = False  # show a banner, and the demo mailbox at /demo/mail/

# --- limits on requests
MAX_CONTENT_LENGTH = 64 * 1024  # bytes of a request body
MAX_FORM_MEMORY_SIZE = 64 * 1024
MAX_FORM_PARTS = 100
STAFF_CONTENT_LENGTH = 2 * 1024 * 1024  # of a request below /staff/ from a member or their device

# --- not for operators
COMPRESS_ALGORITHM = ["gzip"]  # smaller than zstd for our pages, and every browser supports it
WTF_I18N_ENABLED = False  # all form messages are our own
METRICS_FOLDER = ""  # where the processes of one server write their metrics; set by `serve`
SQLALCHEMY_ENGINE_OPTIONS: dict[str, object] = {}
TEMPLATES_AUTO_RELOAD = False

# --- settings of former versions: the new name, or a sentence that says what to do instead. They cause a
# warning; any other unknown name is an error (core/setting_names.py)
FORMER_SETTINGS: dict[str, str] = {}


class WrongSetting(ValueError):
    """A setting is invalid. The message tells the operator which one, and why."""


def from_file(settings: Config, file: Path) -> None:
    """Read the operator's config.py, if there is one. Raises WrongSetting if it fails."""
    try:
        settings.from_pyfile(file, silent=True)
    except Exception as error:
        raise WrongSetting(f"{file} could not be loaded: {type(error).__name__}: {error}") from None


def from_environment(
    settings: MutableMapping[str, object], environment: Mapping[str, str] = os.environ
) -> None:
    """Read settings from the environment, as the types of their defaults. Raises WrongSetting."""
    for name, default in list(settings.items()):
        text = environment.get(PREFIX + name)
        if text is not None:
            settings[name] = _read(PREFIX + name, text, default)


def _read(variable: str, text: str, default: object) -> bool | int | str | list[str]:
    if isinstance(default, bool):
        if text.lower() not in TRUE | FALSE:
            raise WrongSetting(f"{variable} must be 1 or 0, not {text!r}.")
        return text.lower() in TRUE
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise WrongSetting(f"{variable} must be a whole number, not {text!r}.") from None
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(default, dict):
        raise WrongSetting(
            f"{variable} cannot be set in the environment. Set it in config.py in the instance folder."
        )
    return text
