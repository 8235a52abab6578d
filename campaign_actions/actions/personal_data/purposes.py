"""The purposes of exports: who gets which columns, of which kinds of action.

The exports, their form and command, the approvals and the privacy page all read this, and so does the
one press that takes a second action. A new column or purpose, or a wider one, needs new consent: decision
0040 says what changes with it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import CODE_IN_HANDOVER, LOADED_INTO_CRM
from campaign_actions.core.errors import DomainError

ANSWERS = "answers."  # names of columns that only one kind has start with this
# In place of the answers to the questions of an action, each of which says for which purpose it is.
QUESTIONS = "answers.questions"


class NotForThisKind(DomainError):
    message = _l(
        "Data about people in this action cannot be exported for this purpose."
        " Choose a different purpose."
    )


@dataclass(frozen=True)
class Purpose:
    """`columns`: in their order. `kinds`: whose signatures may be exported for it.

    `later_use`: one of LATER_USES; only people whose consent text covers it are in the file.
    `later_columns`: the same for single columns, which are empty for everyone else.
    """

    name: str
    label: LazyString  # of the choice, for staff
    summary: LazyString  # who and what the file is for, for staff
    recipient: LazyString  # who gets it, for the public
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    is_for_updates_only: bool = False  # only people who asked for updates
    may_choose_status: bool = False  # others contain confirmed signatures only
    needs_recipient: bool = False  # an export has to say in words who gets the file
    is_for_addressee: bool = False  # people agreed to the addressee at that time, and to no other
    later_use: str = ""
    later_columns: Mapping[str, str] = field(default_factory=dict)

    def columns_of(self, kind: str) -> tuple[str, ...]:
        """Its columns for one kind of action, without the answers of other kinds. Raises NotForThisKind.

        The answers to questions of an action come after them; see `has_answer()`.
        """
        return self.columns_of_kinds([kind])

    def columns_of_kinds(self, kinds: Collection[str]) -> tuple[str, ...]:
        """The same for a file with several kinds. Raises NotForThisKind."""
        if not set(kinds) <= set(self.kinds):
            raise NotForThisKind
        own = {column.name for kind in kinds for column in KINDS[kind].columns}
        return tuple(name for name in self.columns if name in own or not name.startswith(ANSWERS))

    def has_answer(self, purpose: str) -> bool:
        """Whether it includes the answers to a question that is for this purpose. Our team gets all."""
        return self.name in (purpose, "team")

    def data_in_words(self) -> list[str]:
        """Its contents in words for the public: each label once."""
        return in_words(self.columns)


TEAM = Purpose(
    name="team",
    label=_l("Work of our own team"),
    summary=_l("Everything that people entered, for people in our team who need it."),
    recipient=_l("Our team"),
    columns=(
        *("signature_id", "campaign", "campaign_ref", "action", "kind", "status", "email"),
        *("given_name", "family_name", "country_code", "language", "comment", "show_name"),
        *("wants_updates", "consent_version", "signed_at", "confirmed_at", "withdrawn_at"),
        *("updated_at", "source", "channel"),
        *(column.name for kind in KINDS.values() for column in kind.columns),
        *("show_comment", QUESTIONS),
    ),
    kinds=tuple(KINDS),
    may_choose_status=True,
)
HANDOVER = Purpose(
    name="handover",
    label=_l("Handover to the addressee"),
    summary=_l("Names for the authority or organisation that the petition is addressed to."),
    recipient=_l("The authority or organisation that a petition is addressed to"),
    columns=(
        *("given_name", "family_name", "country_code", "comment", "signed_on", "signature_id"),
        QUESTIONS,
    ),
    kinds=("petition",),
    needs_recipient=True,
    is_for_addressee=True,
    later_columns={"signature_id": CODE_IN_HANDOVER},
)
CRM = Purpose(
    name="crm",
    label=_l("Updates sent with another program (CRM)"),
    summary=_l("People who asked for updates, to be loaded into the program that sends them."),
    recipient=_l("The program with which we send updates"),
    columns=(
        *("signature_id", "campaign", "campaign_ref", "action", "kind", "status", "email"),
        *("given_name", "family_name", "country_code", "language", "wants_updates"),
        *("consent_version", "signed_at", "confirmed_at", "updated_at", "source", "channel"),
        QUESTIONS,
    ),
    kinds=tuple(KINDS),
    is_for_updates_only=True,
    later_use=LOADED_INTO_CRM,
)
PURPOSES: Mapping[str, Purpose] = {purpose.name: purpose for purpose in (HANDOVER, CRM, TEAM)}
# The columns that one press for the next action takes over; see signatures/one_press/.
CARRIED_OVER = ("email", "given_name", "family_name", "country_code")
PURPOSE_LABELS = {purpose.name: purpose.label for purpose in PURPOSES.values()}

# The meaning of each column, for the privacy page. A column without a label cannot be exported.
_ACTION = _l("the campaign and the action that you took part in")
_NAME = _l("your name")
COLUMN_LABELS: Mapping[str, LazyString] = {
    "signature_id": _l("a random code that identifies your entry"),
    "campaign": _ACTION,
    "campaign_ref": _ACTION,
    "action": _ACTION,
    "kind": _ACTION,
    "status": _l("whether you have confirmed"),
    "email": _l("your email address"),
    "given_name": _NAME,
    "family_name": _NAME,
    "country_code": _l("your country"),
    "language": _l("the language of the page"),
    "comment": _l("your comment, if you wrote one"),
    "show_name": _l("whether we may show your name"),
    "show_comment": _l("whether we may show your comment"),
    "wants_updates": _l("whether you want updates"),
    "consent_version": _l("the version of the text that you agreed to"),
    "signed_at": _l("when you filled in the form"),
    "confirmed_at": _l("when you confirmed"),
    "withdrawn_at": _l("when you withdrew, if you did"),
    "updated_at": _l("when your entry last changed"),
    "signed_on": _l("the date on which you signed"),
    "source": _l("where your link was shared, if it named that"),
    "channel": _l("how you took part, for example on our website"),
    "answers.promise": _l("for a pledge, what you pledge to do"),
    QUESTIONS: _l("your answers to further questions, where the form says so beside the question"),
}

# The data by which people may be chosen for an update: fields of a filter, and words for the privacy page.
# People who are chosen one by one (`ids`) need the same consent.
CHOSEN_BY: Mapping[str, LazyString] = {
    "country": COLUMN_LABELS["country_code"],
    "countries": COLUMN_LABELS["country_code"],
    "language": COLUMN_LABELS["language"],
    "domain": _l("the provider of your email address"),
    "source": COLUMN_LABELS["source"],
    "channel": COLUMN_LABELS["channel"],
    "since": COLUMN_LABELS["signed_at"],
    "until": COLUMN_LABELS["signed_at"],
}


def in_words(columns: Iterable[str]) -> list[str]:
    """The meaning of columns: each label once."""
    return list(dict.fromkeys(str(COLUMN_LABELS[name]) for name in columns))


def purposes_for(kind: str) -> list[Purpose]:
    """Those for which signatures of a kind may be exported."""
    return [purpose for purpose in PURPOSES.values() if kind in purpose.kinds]


def purposes_for_kinds(kinds: Collection[str]) -> list[Purpose]:
    """Those for which signatures of all these kinds may be exported together."""
    return [purpose for purpose in PURPOSES.values() if set(kinds) <= set(purpose.kinds)]
