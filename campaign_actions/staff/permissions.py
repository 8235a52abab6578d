"""All permissions, and the roles that give them. Code checks permissions, never roles."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

# Roles, each with the ids of its campaigns; None: all campaigns.
Grants = Mapping[str, frozenset[int] | None]
# Grants as JSON: for each role the sorted ids of its campaigns; None: all campaigns.
RoleLists = dict[str, list[int] | None]

PERMISSIONS = {
    "campaigns.view": _l("View campaigns, including unpublished ones"),
    "campaigns.edit": _l("Edit campaigns and actions"),
    "campaigns.publish": _l("Publish, close and archive campaigns"),
    "consent.edit": _l("Edit consent texts"),
    "translations.view": _l("View translations and their progress"),
    "translate": _l("Translate texts"),
    "review": _l("Approve texts"),
    "languages.add": _l("Add languages"),
    "comments.moderate": _l("Moderate comments"),
    "updates.send": _l("Send updates to people who asked for them"),
    "signatures.view": _l("View participants"),
    "signatures.change": _l(
        "Resend confirmation emails, withdraw participations and mark them invalid"
    ),
    "signatures.export": _l("Export participants"),
    "signatures.erase": _l("Delete all of a person’s data"),
    "staff.manage": _l("Invite staff and assign roles"),
    "organization.edit": _l("Change the organisation’s name, look and time zone"),
    "switches.use": _l("Switch off forms, emails, exports, an action or a language"),
    "audit.view": _l("View the audit log"),
    "system.watch": _l("View the status page"),
}
# These show no personal data and change nothing the public reads. Every other permission needs a
# second factor, including any added later.
PERMISSIONS_WITHOUT_FACTOR = frozenset({"campaigns.view", "translations.view", "system.watch"})
PERMISSIONS_WITH_FACTOR = frozenset(PERMISSIONS) - PERMISSIONS_WITHOUT_FACTOR
APPROVER_PERMISSIONS = (
    frozenset(  # who may do one of these can be the second person where two are needed
        {"staff.manage", "signatures.export", "signatures.erase"}
    )
)
# Members with one of these can be the second person for it as well. Such roles can be given freely: the
# second person reads a text, and does not guard personal data.
READER_PERMISSIONS = frozenset({"updates.send"})
_WRITING = {"campaigns.view", "campaigns.edit", "campaigns.publish", "consent.edit"}
_TRANSLATING = {"translations.view", "translate", "review"}
_SIGNERS = {"comments.moderate", "updates.send", "signatures.view", "signatures.change"}
ROLES: dict[str, frozenset[str]] = {
    "administrator": frozenset(
        {"campaigns.view", "consent.edit", "signatures.view", "signatures.change"}
        | {"signatures.erase", "staff.manage", "organization.edit", "audit.view", "system.watch"}
        | {"switches.use"}
        | _TRANSLATING
        | {"languages.add"}
    ),
    "campaigner": frozenset(_WRITING | _SIGNERS | _TRANSLATING | {"system.watch"}),
    "exporter": frozenset({"campaigns.view", "signatures.view", "signatures.export"}),
    "translator": frozenset({"campaigns.view", "translations.view", "translate"}),
    "reviewer": frozenset({"campaigns.view", "translations.view", "review"}),
}
# Translators: names of roles, shown as the values of a field; languages with gender may name the work instead
ROLE_NAMES = {
    "administrator": _l("Administrator"),
    "campaigner": _l("Campaigner"),
    "exporter": _l("Exporter"),
    "translator": _l("Translator"),
    "reviewer": _l("Reviewer"),
}
GLOBAL_PERMISSIONS = {  # not about a campaign: a role limited to campaigns does not give them
    *("consent.edit", "signatures.erase", "staff.manage", "audit.view", "system.watch"),
    *("languages.add", "organization.edit", "switches.use"),
}
LANGUAGE_PERMISSIONS = {
    "translations.view",
    "translate",
    "review",
}  # limited by a member's languages


def grants_to_json(grants: Grants) -> RoleLists:
    return {
        role: None if campaigns is None else sorted(campaigns)
        for role, campaigns in sorted(grants.items())
    }


def grants_from_json(roles: RoleLists) -> Grants:
    return {
        role: None if campaigns is None else frozenset(campaigns)
        for role, campaigns in roles.items()
    }
