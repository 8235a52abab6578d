"""On which pages of the workspace a message may stand, told by the files it is in.

They are shown as they are for who looks: with their own campaigns. Pages that show signers or the audit
log are not among them: to look at those is written down, and a translation is no reason to.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

CAMPAIGN = (
    *(
        "staff_campaigns.show",
        "staff_editing.campaign",
        "staff_partners.index",
        "staff_partners.new",
    ),
    *("staff_looks.edit", "staff_history.campaign", "staff_writing.copy"),
)
ACTION = ("staff_actions.show", "staff_editing.action", "staff_actions_writing.new")
PUBLISHING = ("staff_publishing.show", "staff_closing.ask_close", "staff_closing.ask_archive")
ACCOUNT = (
    *("staff_account.show", "staff_account.password", "staff_factors.choose"),
    *("staff_factors.add", "staff_factors.authenticator"),
)
PEOPLE = ("staff_people.index", "staff_people.add")
APPROVALS = ("staff_dual_control.setting", "staff_dual_control.index")
TRANSLATIONS = ("staff_translations.index", "staff_translations.add", "staff_consent.index")
FEATURES = {
    "campaigns": ("staff_editing.campaign", "staff_looks.edit", "staff_partners.new"),
    "actions": ACTION,
    "publishing": PUBLISHING,
    "updates": ("staff_updates.index", "staff_updates.new"),
    "approvals": APPROVALS,
}
PAGES = (  # by the files of a message; the first that show it are taken
    ("templates/staff/layout.html", ("staff.home",)),
    ("templates/staff/home.html", ("staff.home",)),
    ("templates/staff/status.html", ("staff_status.show",)),
    ("templates/staff/parts.html", ("staff_campaigns.index", *CAMPAIGN)),
    ("templates/staff/writing.html", ("staff_editing.campaign", *ACTION)),
    ("templates/staff/campaigns/*", ("staff_campaigns.index", "staff_writing.new", *CAMPAIGN)),
    ("templates/staff/looks/*", ("staff_looks.edit",)),
    ("templates/staff/actions/*", ACTION),
    ("templates/staff/publishing/*", PUBLISHING),
    ("templates/staff/previews/*", PUBLISHING),
    ("templates/staff/updates/*", ("staff_updates.index", "staff_updates.new")),
    ("templates/staff/account/*", ACCOUNT),
    ("templates/staff/log_in_parts.html", ACCOUNT),
    ("templates/staff/people/*", PEOPLE),
    ("templates/staff/approvals/*", APPROVALS),
    ("templates/staff/translations/*", TRANSLATIONS),
    ("templates/staff/consent/*", TRANSLATIONS),
    *(
        (f"campaign_actions/{folder}/*", endpoints)
        for feature, endpoints in FEATURES.items()
        for folder in (feature, f"web/staff/{feature}")
    ),
    ("campaign_actions/staff/*", (*PEOPLE, *ACCOUNT)),
    ("campaign_actions/web/staff/people/*", PEOPLE),
    ("campaign_actions/web/staff/account/*", ACCOUNT),
    ("campaign_actions/web/staff/access/*", ACCOUNT),
    ("campaign_actions/monitoring/*", ("staff_status.show",)),
    ("campaign_actions/web/staff/status.py", ("staff_status.show",)),
    ("campaign_actions/catalogs/*", TRANSLATIONS),
    ("campaign_actions/web/staff/translations/*", TRANSLATIONS),
)


def pages_with(places: Iterable[str]) -> Iterator[str]:
    """Endpoints, those that are the likeliest first."""
    seen = set()
    for place in places:
        for pattern, endpoints in PAGES:
            if fnmatchcase(place, pattern):
                yield from (one for one in endpoints if one not in seen)
                seen |= set(endpoints)
