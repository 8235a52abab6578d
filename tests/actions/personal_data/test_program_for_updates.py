"""The model consent texts name all that the program that sends updates gets, in a paragraph of their own."""

import pytest

from campaign_actions.actions.consent import model_consents
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.personal_data.purposes import CRM, PURPOSES, QUESTIONS

# What each column tells the program. A new one needs words in each text.
TOLD = {
    "name": ("given_name", "family_name"),
    "email": ("email",),
    "country": ("country_code",),
    "language": ("language",),
    "consent": ("status", "wants_updates", "consent_version"),
    "code": ("signature_id",),
    "action": ("campaign", "campaign_ref", "action", "kind"),
    "time": ("signed_at", "confirmed_at", "updated_at"),
    "way": ("channel",),
    "link": ("source",),
}
WORDS = {  # in the order of TOLD
    "en": (
        *("your name", "email address", "country", "language", "consent", "a random code"),
        *("in which action", "when", "how", "by which link"),
    ),
    "ru": (
        *("имя и фамилию", "адрес электронной почты", "страну", "язык", "о вашем согласии"),
        *("случайный код", "в какой акции", "когда", "как", "по какой ссылке"),
    ),
    "fr": (
        *("vos nom", "adresse e-mail", "pays", "langue", "consentement", "un code aléatoire"),
        *("l’action", "la date", "le mode", "le lien"),
    ),
    "es": (
        *("su nombre", "dirección de correo", "país", "idioma", "consentimiento"),
        *("un código aleatorio", "en qué acción", "cuándo", "cómo", "con qué enlace"),
    ),
    "ar": (
        *("اسمكم", "وعنوان بريدكم الإلكتروني", "وبلدكم", "ولغتكم", "وما وافقتم عليه"),
        *("ورمز عشوائي", "في أي تحرّك", "ومتى", "وكيف", "أي رابط"),
    ),
}
BEGINS = {
    "en": "Another program, which works only for us,",
    "ru": "Рассылать новости может другая программа, которая работает только для нас.",
    "fr": "Un autre logiciel, qui ne sert qu’à nous,",
    "es": "Otro programa, que solo trabaja para nosotros,",
    "ar": "وقد يرسل المستجدّات برنامج آخر يعمل لنا وحدنا",
}


def test_every_column_for_the_program_has_a_meaning_here():
    told = {column for columns in TOLD.values() for column in columns}

    assert told | {QUESTIONS} == set(CRM.columns)


def test_a_receipt_may_say_that_only_we_see_what_someone_wrote_that_they_will_do(app):
    (promise,) = [column.name for column in KINDS["pledge"].columns]

    assert [one.name for one in PURPOSES.values() if promise in one.columns] == ["team"]
    assert "Only our team sees what you wrote that you will do." in str(
        KINDS["pledge"].words.what_follows
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", BEGINS)
def test_consent_texts_name_all_that_the_program_gets(locale, kind):
    paragraphs = model_consents()[locale][kind].split("\n\n")

    (paragraph,) = [each for each in paragraphs if each.startswith(BEGINS[locale])]

    named = dict(zip(TOLD, WORDS[locale], strict=True))
    assert [what for what, words in named.items() if words not in paragraph] == []
