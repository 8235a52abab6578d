"""Exports, the privacy page and the model consent texts keep to one definition of who gets what."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from lxml import html

from campaign_actions import config
from campaign_actions.actions.consent import model_consents, publish_consent
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import (
    CARRIED_OVER,
    CHOSEN_BY,
    COLUMN_LABELS,
    CRM,
    HANDOVER,
    PURPOSES,
    QUESTIONS,
    TEAM,
    in_words,
    purposes_for,
)
from campaign_actions.actions.signatures.clusters.fill_time import FILL_TIME_KEPT
from campaign_actions.disclosures.columns import all_columns, export_columns
from tests.support.factories import NOON, make_action

# What the consent texts call each column that is handed over. A new column needs words in each text.
WORDS = {
    "en": (
        "your name",
        "your name",
        "your country",
        "your comment",
        "the date of your signature",
        "a random code",
        "further questions",
    ),
    "ru": (
        *("имя", "имя", "страну", "комментарий", "дату подписи", "случайный код"),
        "другие вопросы",
    ),
    "fr": (
        "votre prénom",
        "votre nom",
        "votre pays",
        "votre commentaire",
        "la date de votre signature",
        "un code aléatoire",
        "d’autres questions",
    ),
    "es": (
        "su nombre",
        "su nombre",
        "su país",
        "su comentario",
        "la fecha de su firma",
        "un código aleatorio",
        "más preguntas",
    ),
    "ar": (
        *("اسمكم", "اسمكم", "وبلدكم", "وتعليقكم", "وتاريخ توقيعكم", "رمز عشوائي"),
        "أسئلة أخرى",
    ),
}
COLUMNS_IN_WORDS = (
    *("given_name", "family_name", "country_code", "comment", "signed_on", "signature_id"),
    QUESTIONS,  # those whose question is for it
)
NO_ADDRESS = {
    "en": "We do not give your email address to anyone else.",
    "ru": "Никому другому ваш адрес электронной почты мы не передаём.",
    "fr": "Nous ne communiquons votre adresse e-mail à personne d’autre.",
    "es": "No damos su dirección de correo a nadie más.",
    "ar": "ولا نعطي عنوان بريدكم الإلكتروني لأي جهة أخرى.",
}
TRANSFER = {  # Article 49 of the Regulation asks for consent to it, knowing the risk
    "en": ("outside the European Union", "You explicitly agree to this transfer."),
    "ru": ("за пределами Европейского союза", "Вы даёте явное согласие на такую передачу."),
    "fr": ("hors de l’Union européenne", "Vous consentez explicitement à ce transfert."),
    "es": ("fuera de la Unión Europea", "Da su consentimiento explícito para esta transferencia."),
    "ar": ("خارج الاتحاد الأوروبي", "وتوافقون صراحةً على هذا النقل."),
}
NOTHING = {
    "en": "We do not give your details to anyone else.",
    "ru": "Никому другому ваши данные мы не передаём.",
    "fr": "Nous ne communiquons vos données à personne d’autre.",
    "es": "No damos ninguno de sus datos a nadie más.",
    "ar": "ولا نعطي بياناتكم لأي جهة أخرى.",
}
WITHDRAW = {  # by kind
    "en": ("withdraw your signature at any time", "withdraw your pledge at any time"),
    "ru": ("отозвать свою подпись в любой момент", "отозвать своё обещание в любой момент"),
    "fr": ("retirer votre signature à tout moment", "retirer votre engagement à tout moment"),
    "es": ("retirar su firma en cualquier momento", "retirar su compromiso en cualquier momento"),
    "ar": ("سحب توقيعكم في أي وقت", "سحب تعهّدكم في أي وقت"),
}
CARRIED = {  # the words for CARRIED_OVER, in the sentence about one more action
    "en": ("another action", "your name", "country", "email address"),
    "ru": ("ещё одной акции", "имя", "страну", "адрес электронной почты"),
    "fr": ("une autre action", "votre nom", "votre pays", "votre adresse e-mail"),
    "es": ("otra acción", "su nombre", "su país", "su dirección de correo"),
    "ar": ("تحرّك آخر", "اسمكم", "وبلدكم", "وعنوان بريدكم الإلكتروني"),
}
COMPARED = {  # what later use "compared" needs: what is compared, what is kept and for how long
    "en": ("bots", "the provider of your email address", "your comment", "thirty days", "slowly"),
    "ru": ("боты", "почтовый сервис", "ваш комментарий", "тридцать дней", "медленно"),
    "fr": (
        "robots",
        "le fournisseur de votre adresse e-mail",
        "votre commentaire",
        "trente jours",
        "lentement",
    ),
    "es": (
        "bots",
        "el proveedor de su dirección de correo",
        "su comentario",
        "treinta días",
        "despacio",
    ),
    "ar": ("برامج آلية", "ومزوّد بريدكم الإلكتروني", "وتعليقكم", "ثلاثين يومًا", "ببطء"),
}
QUESTIONS_SAY = {  # who gets the answer, and for how long it is kept
    "en": ("beside each one who gets your answer", "whether we delete it earlier"),
    "ru": ("кто получит ваш ответ", "удалим ли мы его раньше"),
    "fr": ("qui reçoit votre réponse", "si nous la supprimons plus tôt"),
    "es": ("quién recibe su respuesta", "si la eliminamos antes"),
    "ar": ("من يحصل على إجابتكم", "وهل نحذفها قبل ذلك"),
}
PROVIDERS_SAY = {  # what later use "providers" needs: what is counted, and why
    "en": ("whether our emails arrive", "addresses of large email providers"),
    "ru": ("доходят ли наши письма", "адресов крупных почтовых сервисов"),
    "fr": ("si nos e-mails arrivent", "adresses des grands fournisseurs de messagerie"),
    "es": ("si nuestros correos llegan", "direcciones de los grandes proveedores de correo"),
    "ar": ("ما إذا كانت رسائلنا تصل", "مزوّدي البريد الإلكتروني الكبار"),
}
CHOSEN = {  # the words for CHOSEN_BY, in the sentence about the recipients of updates, and for actions
    "en": (
        *("the right people", "country", "language", "email provider", "in which actions"),
        *("when", "how", "which link"),
    ),
    "ru": (
        *("кого она касается", "страну", "язык", "почтовый сервис", "в каких акциях", "когда"),
        *("как", "по какой ссылке"),
    ),
    "fr": (
        *("bonnes personnes", "pays", "langue", "fournisseur d’e-mail", "les actions", "dates"),
        *("modes", "liens"),
    ),
    "es": (
        *("a quien corresponda", "país", "idioma", "proveedor de correo", "en qué acciones"),
        *("cuándo", "cómo", "con qué enlace"),
    ),
    "ar": (
        *("إلى من تعنيه", "بلدكم", "ولغتكم", "ومزوّد بريدكم الإلكتروني", "في أي تحرّكات"),
        *("ومتى", "وكيف", "أي رابط"),
    ),
}
MAX_CONSENT_WORDS, MAX_PARAGRAPH_WORDS = 300, 100
SIGNATURE = {"en": r"\bsign", "ru": "подпис", "fr": r"\bsign", "es": r"\bfirm", "ar": "توقيع"}


def consents(locale: str) -> Mapping[str, str]:
    return model_consents()[locale]


def test_the_handover_is_for_petitions_and_has_these_columns_only():
    assert HANDOVER.columns == COLUMNS_IN_WORDS
    assert HANDOVER.kinds == ("petition",)
    assert [purpose.name for purpose in purposes_for("pledge")] == ["crm", "team"]


def test_the_team_gets_every_column_that_an_export_can_have(app):
    found = {}
    for kind in KINDS:
        made = make_action(slug=kind, kind=kind, campaign=found.get("campaign"))
        action = find_action_by_name(made.campaign_slug, kind)
        found = {"campaign": action.campaign}

        names = [column.name for column in all_columns(action)]

        assert set(names) - {column.name for column in export_columns(action, TEAM)} == {
            "signed_on"
        }


def test_every_column_has_a_label_for_the_privacy_page():
    exported = {name for purpose in PURPOSES.values() for name in purpose.columns}

    assert exported - COLUMN_LABELS.keys() == set()


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)
def test_the_privacy_page_lists_what_each_purpose_contains_and_nothing_else(client, purpose):
    page = html.fromstring(client.get("/en/privacy/").text)

    (heading,) = page.xpath(f'//h3[normalize-space()="{purpose.recipient}"]')
    section = heading.xpath("following-sibling::*")
    end = next(n for n, element in enumerate(section) if element.tag == "h3")
    listed = [item.text_content() for part in section[:end] for item in part.xpath("self::ul/li")]

    assert listed == purpose.data_in_words()
    assert len(listed) > 3


def test_the_privacy_page_promises_what_the_definition_keeps(client):
    page = client.get("/en/privacy/").text

    assert "The addressee never gets your email address." in page
    assert "email" not in HANDOVER.columns
    assert "We do not hand over pledges to anyone." in page
    assert "pledge" not in HANDOVER.kinds
    assert (
        "We do not give your data to advertisers, social networks or any other organisations."
        in page
    )
    assert "and, if you ask for updates, to send you news of the campaign." in page
    assert "We do this only if the text that you agreed to says so." in page
    assert (CRM.later_use, CRM.is_for_updates_only) == ("crm", True)
    assert set(PURPOSES) == {"handover", "crm", "team"}, (
        "a new recipient needs a paragraph and new consent"
    )


@pytest.mark.parametrize("locale", WORDS)
def test_the_consent_text_of_petitions_names_each_column_that_is_handed_over(locale):
    text = consents(locale)["petition"]

    words = dict(zip(HANDOVER.columns, WORDS[locale], strict=True))
    assert [column for column, word in words.items() if word not in text] == []
    assert NO_ADDRESS[locale] in text


@pytest.mark.parametrize("locale", TRANSFER)
def test_the_consent_text_of_petitions_asks_for_consent_to_a_transfer_out_of_the_union(locale):
    assert all(words in consents(locale)["petition"] for words in TRANSFER[locale])


@pytest.mark.parametrize("locale", NOTHING)
def test_the_consent_text_of_kinds_without_a_handover_says_that_nobody_gets_anything(locale):
    texts = consents(locale)

    assert texts.keys() == KINDS.keys()
    for kind in KINDS.keys() - set(HANDOVER.kinds):
        assert NOTHING[locale] in texts[kind]
        assert not re.search(SIGNATURE[locale], texts[kind].casefold())


@pytest.mark.parametrize("locale", CARRIED)
def test_consent_texts_cover_taking_one_more_action_with_one_press(locale):
    action, *details = CARRIED[locale]

    sentences = {
        kind: next(each for each in re.split(r"(?<=\.)\s", text) if action in each)
        for kind, text in consents(locale).items()
    }

    assert sentences.keys() == KINDS.keys()
    for sentence in sentences.values():
        assert [words for words in details if words not in sentence] == []


@pytest.mark.parametrize("locale", COMPARED)
def test_consent_texts_cover_the_comparison_of_forms(locale):
    texts = consents(locale)

    assert texts.keys() == KINDS.keys()
    for text in texts.values():
        assert [words for words in COMPARED[locale] if words not in text.casefold()] == []


@pytest.mark.parametrize("locale", CHOSEN)
def test_consent_texts_cover_choosing_the_recipients_of_an_update(locale):
    about, *words = CHOSEN[locale]

    for text in consents(locale).values():
        (sentence,) = [each for each in re.split(r"(?<=\.)\s", text) if about in each]
        assert [each for each in words if each not in sentence] == []


def test_the_privacy_page_lists_what_recipients_of_an_update_are_chosen_by_and_nothing_else(client):
    page = html.fromstring(client.get("/en/privacy/").text)

    (before,) = page.xpath('//p[contains(., "some news may go to some people only")]')

    listed = [item.text for item in before.xpath("following-sibling::ul[1]/li")]
    assert listed == list(dict.fromkeys(map(str, CHOSEN_BY.values())))
    assert "the text that you agreed to says so" in before.text
    assert len(listed) == 6


def test_the_privacy_page_says_how_forms_are_compared_and_for_how_long(client):
    page = client.get("/en/privacy/").text

    assert timedelta(days=30) == FILL_TIME_KEPT
    assert "we store for 30 days whether the form was filled in fast" in page
    assert "If the text that you agreed to says so, we store" in page


def test_the_privacy_page_lists_what_one_press_carries_over_and_nothing_else(client):
    page = html.fromstring(client.get("/en/privacy/").text)

    (heading,) = page.xpath('//h3[contains(., "with one press")]')

    listed = [item.text for item in heading.xpath("following-sibling::ul[1]/li")]
    assert listed == in_words(CARRIED_OVER) == ["your email address", "your name", "your country"]


@pytest.mark.parametrize("locale", WITHDRAW)
def test_consent_texts_say_how_long_data_is_kept_and_what_can_be_withdrawn(locale):
    texts = consents(locale)

    for kind, withdraw in zip(("petition", "pledge"), WITHDRAW[locale], strict=True):
        assert withdraw in texts[kind]
        assert re.findall(r"\d+", texts[kind]) == [str(config.KEEP_MONTHS_AFTER_CLOSING)]


@pytest.mark.parametrize("locale", WORDS)
def test_consent_texts_are_short_paragraphs(locale):
    for text in consents(locale).values():
        paragraphs = text.split("\n\n")

        assert len(text.split()) <= MAX_CONSENT_WORDS
        assert max(len(paragraph.split()) for paragraph in paragraphs) <= MAX_PARAGRAPH_WORDS
        assert text == text.strip()


def test_the_form_shows_the_paragraphs_of_the_consent_text(client):
    make_action()
    publish_consent("petition", "en", consents("en")["petition"], now=NOON)

    page = html.fromstring(client.get("/en/campaigns/racism/hate-crimes/").text)

    (shown,) = page.xpath('//*[@id="consent"]/span[@class="lined"]')
    assert shown.text == consents("en")["petition"]


@pytest.mark.parametrize("locale", QUESTIONS_SAY)
def test_consent_texts_cover_questions_of_an_action(locale):
    for text in consents(locale).values():
        assert all(words in text for words in QUESTIONS_SAY[locale])


def test_the_privacy_page_says_that_actions_may_ask_further_questions(client):
    page = client.get("/en/privacy/").text

    assert "Some actions ask further questions." in page
    assert "only if the form says so beside the question" in page


@pytest.mark.parametrize("locale", PROVIDERS_SAY)
def test_consent_texts_cover_counting_by_email_provider(locale):
    for text in consents(locale).values():
        assert all(words in text for words in PROVIDERS_SAY[locale])


def test_the_privacy_page_says_that_people_are_counted_by_large_email_provider(client):
    page = client.get("/en/privacy/").text

    assert (
        "If the text that you agreed to says so, we count how many addresses of large email providers"
        in page
    )
    assert "totals count people by day, country, language and large email provider" in page
