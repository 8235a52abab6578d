"""For receipts: who gets what besides the name, country, date and comment that every addressee gets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaign_actions.actions.models import (
    CODE_IN_HANDOVER,
    LOADED_INTO_CRM,
    OWN_QUESTIONS,
    SignatureRow,
)
from campaign_actions.actions.personal_data.later_uses import covering_versions
from campaign_actions.actions.personal_data.purposes import HANDOVER
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.db.session import db


@dataclass(frozen=True)
class HandedOver:
    """`labels`: of the questions whose answers the addressee gets, by key and in their order.

    `versions`: the first version of the consent text that covers a use, by use and language.
    """

    labels: Mapping[str, str]
    versions: Mapping[str, Mapping[str, int]]

    def of(self, signature: SignatureRow) -> dict[str, object]:
        """As in the file for the addressee: values of the receipt of one person."""
        answers = signature.answers if self._is_covered(OWN_QUESTIONS, signature) else {}
        return _values(
            (label for key, label in self.labels.items() if answers.get(key)),
            has_code=self._is_covered(CODE_IN_HANDOVER, signature),
            is_loaded=self._is_covered(LOADED_INTO_CRM, signature),
        )

    def _is_covered(self, use: str, signature: SignatureRow) -> bool:
        first = self.versions[use].get(signature.locale)
        return first is not None and (signature.consent_version or 0) >= first


def handed_over_by_all(
    action: PublicAction, *, has_code: bool, is_loaded: bool
) -> dict[str, object]:
    """The same for someone who answers everything that the form asks now, for a sample of the receipt."""
    labels = (one.label for one in action.questions if one.purpose == HANDOVER.name)
    return _values(labels, has_code=has_code, is_loaded=is_loaded)


def find_handed_over(action: PublicAction) -> HandedOver:
    """Also of questions that are not asked any longer: their answers are still handed over."""
    connection = db.session.connection()
    return HandedOver(
        labels={
            one.key: one.label or one.key
            for one in (*action.questions, *action.former_questions)
            if one.purpose == HANDOVER.name
        },
        versions={
            use: covering_versions(connection, use, action.kind.name)
            for use in (OWN_QUESTIONS, CODE_IN_HANDOVER, LOADED_INTO_CRM)
        },
    )


def _values(labels: Iterable[str], *, has_code: bool, is_loaded: bool) -> dict[str, object]:
    """`is_loaded`: whether the program that sends updates gets data of people who asked for them."""
    return {"handed_over": tuple(labels), "has_code": has_code, "is_loaded": is_loaded}
