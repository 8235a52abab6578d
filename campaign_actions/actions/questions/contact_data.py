"""Questions whose answers can be used to reach people: the addressee never gets these answers."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from campaign_actions.actions.models import Action
from campaign_actions.actions.questions.asked import ORGANISATION, PHONE, TEXT

IN_OWN_WORDS = (TEXT, ORGANISATION)  # types whose answers can be anything


def _plain(text: str) -> str:
    """In small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


# Parts of words in English, Russian, French, Spanish and Arabic. Staff are asked about each question with
# one of them, so a part too many costs a tick.
PARTS_OF_WORDS = tuple(
    map(
        _plain,
        (
            *("mail", "phone", "mobile", "contact", "address", "number", "reach you", "call you"),
            *("whatsapp", "telegram", "viber", "instagram", "facebook", "linkedin", "skype"),
            *("twitter", "tiktok", "messenger", "vkontakte", "signal", "social media", "handle"),
            *("почт", "мейл", "мэйл", "телефон", "мобильн", "контакт", "связ", "адрес", "номер"),
            *("ватсап", "вотсап", "телеграм", "вайбер", "мессенджер", "инстаграм", "фейсбук"),
            *("скайп", "соцсет", "вконтакте", "courriel", "portable", "adresse", "tél.", "numéro"),
            *("joindre", "coordonn", "réseaux sociaux", "correo", "teléfono", "móvil", "celular"),
            *("dirección", "número", "localizar", "redes sociales"),
            *("بريد", "هاتف", "تلفون", "جوال", "محمول", "موبايل", "اتصال", "تواصل", "عنوان", "رقم"),
            *("واتس", "تلغرام", "تيليجرام", "إيميل", "انستغرام", "إنستغرام", "فيسبوك", "سكايب"),
        ),
    )
)


def sounds_like_contact_data(labels: Iterable[str]) -> bool:
    """Whether a question in one of these languages may ask how people can be reached."""
    return any(part in _plain(label) for label in labels for part in PARTS_OF_WORDS)


def is_contact_data(settings: Mapping[str, Any], labels: Iterable[str]) -> bool:
    """Whether its answers count as contact data. `labels`: question and help in all its languages.

    A question that sounds like it does, until staff say that it is not.
    """
    if settings["type"] not in IN_OWN_WORDS:
        return bool(settings["type"] == PHONE)
    return not settings.get("has_no_contact_data") and sounds_like_contact_data(labels)


def contact_questions(action: Action, *, in_doubt: bool = False) -> set[str]:
    """The keys of those whose answers are contact data.

    `in_doubt`: also of those about which staff have said that they are not.
    """
    return {
        key
        for key, settings in action.questions.items()
        if is_contact_data(
            settings | ({"has_no_contact_data": False} if in_doubt else {}),
            [
                text.questions.get(key, {}).get(part, "")
                for text in action.texts
                for part in ("label", "help")
            ],
        )
    }


def purposes_of_questions(action: Action) -> dict[str, str]:
    """By key: for which purpose the answers may be exported. Our team gets all."""
    contact = contact_questions(action)
    purposes = {key: one.get("purpose") or "team" for key, one in action.questions.items()}
    return {
        key: "team" if key in contact and purpose == "handover" else purpose
        for key, purpose in purposes.items()
    }
