"""Every setting and its default.

Later wins: this file, `config.py` in the instance folder, the environment
(`CAMPAIGN_ACTIONS_` + name), the settings given to `create_app()`.
"""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

PREFIX = "CAMPAIGN_ACTIONS_"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

# --- where things are
SQLALCHEMY_DATABASE_URI = ""  # empty: SQLite in the instance folder
REPLICA_DATABASE_URI = (
    ""  # a copy of the PostgreSQL database that exports are read from; empty: none
)
SQLALCHEMY_POOL_SIZE = 12  # connections a process keeps open, and 10 more in a rush
PUBLIC_URL = "http://127.0.0.1:5000"  # the only source of absolute links
TRUSTED_PROXIES = 0  # how many proxies in front may set X-Forwarded-For

# --- secrets: generated into the instance folder at first start, no built-in value
SECRET_KEY = ""  # signs the links in mails and the tokens of forms
SECRET_KEY_FALLBACKS: list[str] = []  # earlier keys that are still accepted
EMAIL_HASH_KEY = ""  # keys the e-mail hash; never changes
AUDIT_KEY = ""  # signs the anchors of the audit log
AUDIT_FORMER_PUBLIC_KEYS: list[str] = []  # of earlier keys: anchors signed with them still count

# --- who runs the site
ORGANIZATION_NAME = "Human Rights Resource Centre"
ORGANIZATION_NAMES: list[str] = []  # the name in other languages: ru=Название,fr=Nom
ORGANIZATION_EMAIL = ""  # where people write about their data; empty: MAIL_SENDER
LOCALES: list[str] = []  # empty: every language that is ready; else only these of them
# What must be there of a language before the public sees it, and whether a second person must have
# approved what people agree to and the privacy page; also: staff
LOCALE_NEEDS = ["form", "errors", "consent", "mails", "pages", "privacy", "approval"]

# --- mail
MAIL_URL = "file:"  # one .eml a mail in instance/mail/; or smtp://user:pass@host:587?starttls=1
MAIL_SENDER = "campaigns@example.org"
MAIL_CONNECTIONS = 4  # of a worker to the mail server; a kill may send so many mails twice
MAILS_PER_DAY = 5  # to one mailbox, over all actions and spellings; what is over waits

# --- signing
MIN_FILL_SECONDS = 2  # a form posted sooner is taken for a bot's; 0: off
SIGN_LIMIT = "30 per minute; 600 per hour"  # per source and action
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"  # redis://… when more than one process serves
CONFIRM_DAYS = 14  # a confirm link lives so long
REMIND_AFTER_HOURS = 48  # the one reminder to those who have not confirmed
ERASE_PENDING_DAYS = 30  # signatures never confirmed are erased
SUPPRESS_MONTHS = (
    12  # an invalid signature that was withdrawn: its address cannot sign again so long
)
KEEP_MONTHS_AFTER_CLOSING = 12  # then the people under a closed action are erased; the count stays

# --- staff
STAFF_IDLE_MINUTES = 60  # a log-in that is not used for so long has ended
STAFF_SESSION_HOURS = 12  # and so has each after so long
# Of Argon2id: OWASP's minimum, 19 MiB, two passes, one lane. Hashes with other parameters are renewed
# at the next log-in.
SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS: dict[str, Any] = {
    "argon2__memory_cost": 19 * 1024,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
TIMEZONE = "UTC"  # in which staff enter times, like Europe/Moscow

# --- the audit log: where a signed copy of its newest hash goes once a day, besides audit_anchors/ in
# the instance folder. Any combination; docs/operations.md says what each protects against
AUDIT_ANCHOR_EMAIL = ""  # an address, better one of another organisation
AUDIT_ANCHOR_FILE = (
    ""  # the full path of a file that is only appended to, better on another machine
)
AUDIT_ANCHOR_TSA_URL = ""  # a time-stamping service (RFC 3161), like https://tsa.example.org/tsr
AUDIT_ANCHOR_TSA_CERTIFICATE = ""  # a PEM file with its root certificate, and those between

# --- speed
CACHE_SECONDS = 1  # how old a public page may be, and what a form is checked against; 0: not at all

CATALOG_SECONDS = 2  # how often a process looks whether translators changed something

# --- for who develops
PSEUDO_LOCALES = False  # serve en-XA (accents, longer) and ar-XB (from right to left), too

# --- watching
METRICS_TOKEN = ""  # /metrics answers who sends "Authorization: Bearer <this>"; empty: nobody

# --- the demo
DEMO = False  # banner, and the demo mailbox at /demo/mail/

# --- bounds on what a client may send
MAX_CONTENT_LENGTH = 64 * 1024  # bytes of a request
MAX_FORM_MEMORY_SIZE = 64 * 1024
MAX_FORM_PARTS = 100
STAFF_CONTENT_LENGTH = 2 * 1024 * 1024  # of one by somebody who is logged in below /staff/

# --- not for operators
COMPRESS_ALGORITHM = ["gzip"]  # smaller than zstd on our pages, and every browser has it
WTF_I18N_ENABLED = False  # we bring all messages of forms ourselves
METRICS_FOLDER = ""  # where the processes of one server write what they counted; set by `serve`
SQLALCHEMY_ENGINE_OPTIONS: dict[str, Any] = {}
TEMPLATES_AUTO_RELOAD = False

# --- of former versions: the new name of a setting that was renamed, or a sentence on what to do instead.
# They are accepted with a warning; any other unknown name is refused (core/setting_names.py)
FORMER_SETTINGS: dict[str, str] = {}


class WrongSetting(ValueError):
    """A setting can not be used; the message says which and why, for the operator."""


def from_file(settings: Any, file: Path) -> None:
    """Take what the operator's own config.py sets, if there is one.

    Raises WrongSetting naming the place when it can not be run.
    """
    try:
        settings.from_pyfile(file, silent=True)
    except Exception as error:
        raise WrongSetting(f"{file} cannot be used: {type(error).__name__}: {error}") from None


def from_environment(
    settings: MutableMapping[str, Any], environment: Mapping[str, str] = os.environ
) -> None:
    """Take every setting that the environment names, as the type of its default.

    Raises WrongSetting naming the variable when a value can not be read as that type.
    """
    for name, default in list(settings.items()):
        text = environment.get(PREFIX + name)
        if text is not None:
            settings[name] = _read(PREFIX + name, text, default)


def _read(variable: str, text: str, default: Any) -> Any:
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
        raise WrongSetting(f"{variable} cannot be set here: set it in config.py.")
    return text
