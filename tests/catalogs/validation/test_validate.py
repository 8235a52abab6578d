"""What may stand in the place of a message: nothing that breaks a page or harms who reads it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_actions.catalogs.validation.issue_texts import FAULTS
from campaign_actions.catalogs.validation.validate import doubts, faults, tidied
from campaign_actions.core.i18n.message import Message

SENTENCE = "Please read what we ask for before you sign."
PEOPLE = Message(source="%(num)d person", plural="%(num)d people")
LINK = Message(source='Read <a href="/en/data/">what we <b>keep</b></a>.')
LIST = "- **One**: first\n- **Two**: second *(source)*"


def codes(source, text, locale="fr", **more):
    message = source if isinstance(source, Message) else Message(source=source, **more)
    forms = text if isinstance(text, tuple) else (text,)
    return [fault.code for fault in faults(message, forms, locale)]


def in_markdown(source, text, locale="fr"):
    return codes(source, text, locale, markup="markdown")


def test_a_message_that_nobody_translated_has_no_fault():
    assert faults(PEOPLE, (), "ru") == faults(PEOPLE, ("", "", ""), "ru") == []


def test_a_fault_names_the_form_that_has_it():
    (fault,) = faults(PEOPLE, ("%(num)d человек", "человека", "%(num)d людей"), "ru")

    assert (fault.code, fault.form, fault.values) == (
        "placeholder_missing",
        1,
        {"names": ["%(num)d"]},
    )


# Placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(name)s a signé %(count)d fois", []),
        ("%(count)d fois : %(name)s, %(name)s", []),
        ("%(name)s a signé 100 %% de %(count)d", []),
        ("%(name)s a signé", ["placeholder_missing"]),
        ("%(nom)s a signé %(count)d fois", ["placeholder_foreign", "placeholder_missing"]),
        ("%(name)d a signé %(count)d fois", ["placeholder_changed"]),
        ("%(name) s a signé %(count)d fois", ["placeholder_changed"]),
        ("%(name) a signé %(count)d fois", ["placeholder_changed"]),
        ("%(name)s a signé 100 % de %(count)d", ["percent"]),
        ("%(name)s a signé %(count)d fois %", ["percent"]),
        ("%(name)s a signé %(count)d fois %s", ["percent"]),
        ("%(name a signé %(count)d fois %s", ["percent", "percent", "placeholder_missing"]),
        ("%(name)s a signé %(count)d fois %*s", ["percent"]),
    ],
)
def test_placeholders_are_those_of_the_source(text, found):
    assert codes("%(name)s signed %(count)d times", text) == found


def test_where_nothing_is_put_in_there_is_no_percent_sign():
    assert codes("All of them", "100 % d'entre eux") == ["percent"]
    assert codes("All of them", "100 %% d'entre eux") == ["percent"]


def test_campaign_copy_may_speak_of_per_cent():
    assert in_markdown("60 % of all women", "60 % de toutes les femmes") == []
    assert in_markdown("60 % of all women", "%(num)s femmes") == ["placeholder_foreign"]


@pytest.mark.parametrize(
    ("locale", "forms", "found"),
    [
        ("ar", ("لا أحد", "شخص واحد", "شخصان", *["%(num)d أشخاص"] * 3), []),
        ("ar", ("لا أحد", "شخص", "شخصان", "أشخاص", *["%(num)d شخص"] * 2), ["placeholder_missing"]),
        ("ru", ("один человек", "%(num)d человека", "%(num)d людей"), ["placeholder_missing"]),
        ("en", ("one person", "%(num)d people"), []),
        ("fr", ("une personne", *["%(num)d personnes"] * 2), ["placeholder_missing"]),
    ],
)
def test_a_form_for_exactly_one_number_may_leave_it_out(locale, forms, found):
    assert codes(PEOPLE, forms, locale) == found


def test_a_form_for_one_number_keeps_all_else_that_is_put_in():
    message = Message(source="%(num)d person at %(place)s", plural="%(num)d people at %(place)s")

    assert codes(message, ("one person", "%(num)d people at %(place)s"), "en") == [
        "placeholder_missing"
    ]


@pytest.mark.parametrize(
    ("forms", "found"),
    [
        (("%(num)d человек",), ["forms"]),
        (("%(num)d человек",) * 4, ["forms"]),
        (("%(num)d человек", "", "%(num)d людей"), ["form_empty"]),
    ],
)
def test_each_plural_form_of_the_language_is_there(forms, found):
    assert codes(PEOPLE, forms, "ru") == found


# HTML


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<a href="/fr/data/">Ce que nous <b>gardons</b></a> : lisez.', []),
        ('<a href="/en/data/">Ce que nous <b>gardons</b></a> : lisez.', []),
        ("Lisez ce que nous gardons.", ["tag_missing"]),
        ('Lisez <a href="/fr/data/">ce que nous gardons</a>.', ["tag_missing"]),
        ('Lisez <b><a href="/fr/data/">ce que nous gardons</a></b>.', ["tag_order"]),
        ('Lisez <a href="/fr/data/">ce que nous <b>gardons</a></b>.', ["tag_unpaired"]),
        ('Lisez <a href="/fr/data/">ce que nous <b>gardons</b>.', ["tag_unpaired"]),
        ('Lisez <a href="/fr/evil/">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        ('Lisez <a href="data:a">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        ('Lisez <a href="//evil.org">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        (
            'Lisez <a href="/fr/data/" onclick="a()">ce <b>que</b></a>.',
            ["tag_foreign", "tag_missing"],
        ),
        ('Lisez <a href="/fr/data/">ce <b>que</b></a>.<script>a()</script>', ["tag_foreign"]),
        ('Lisez <a href="/fr/data/">ce <b>que</b></a><!-- ici -->.', ["tag_foreign"]),
        ('Lisez <a href="/fr/data/">ce <b>que</b></a> <', ["tag_foreign"]),
        ('Lisez <a href="/fr/data/">ce <b>que</b></a> <img src=x onerror=a()', ["tag_foreign"]),
    ],
)
def test_tags_are_those_of_the_source_and_stand_as_there(text, found):
    assert codes(LINK, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "<b>Signez</b>",
        "<script>alert(1)</script>",
        "<ScRiPt>alert(1)",
        "<scr<script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "</main>Signez",
        "<!DOCTYPE html>",
        "<![CDATA[x]]>",
        "<?php x ?>",
        "<style>*{display:none}",
        "<plaintext>",
        "<a\x0chref=x>",
        "Signez <!--",
        "Signez <",
    ],
)
@pytest.mark.parametrize("markup", ["html", "markdown", "text"])
def test_a_source_without_tags_gets_none(text, markup):
    assert {"tag_foreign", "tag_unpaired", "control"} & {*codes("Sign", text, markup=markup)}


def test_words_in_attributes_are_translated_and_nothing_else_there():
    message = Message(source='<abbr title="World Wide Web">WWW</abbr> for all')

    assert codes(message, '<abbr title="Toile mondiale">WWW</abbr> pour tous') == []
    assert codes(message, '<abbr class="Toile">WWW</abbr> pour tous') == [
        "tag_foreign",
        "tag_missing",
    ]


def test_characters_are_typed_and_not_referred_to():
    assert codes("Your data", "Vos&nbsp;données") == ["character_reference"]
    assert codes("Questions &amp; answers", "Questions &amp; réponses") == []
    assert codes("Questions and answers", "Questions & réponses") == []


# Markdown


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("## What we ask", "## Ce que nous demandons", []),
        ("## What we ask", "### Ce que nous demandons", ["structure_foreign", "structure_missing"]),
        ("## What we ask", "Ce que nous demandons", ["structure_foreign", "structure_missing"]),
        ("They wait.", "Ils attendent.\n\nEncore.", ["structure_foreign"]),
        ("They wait.", "- Ils attendent.", ["structure_foreign", "structure_missing"]),
        ("On 21 March they wait.", "21. März: sie warten.", []),
        ("They wait.", "> Ils attendent.", ["structure_foreign"]),
        ("They wait.", "Ils attendent.\n\n::: facts\n:::", ["structure_foreign"]),
        ("They wait.", "Ils attendent.\n::: evil", ["structure_foreign"]),
        ("They wait.", "Ils attendent.\n\n---", ["structure_foreign"]),
        ("They wait.", "Ils\nattendent.", []),
        ("They wait.", "Ils *attendent*.", ["emphasis_foreign"]),
        ("They *do* wait.", "Ils attendent.", []),
        (LIST, "- **Un** : premier\n- **Deux** : second *(source)*", []),
        (LIST, "- Un : premier\n- **Deux** : second *(source)*", ["emphasis_missing"]),
        (LIST, "- **Un** : premier", ["structure_missing"]),
        ("> They wait.\n>\n> A mother", "> Ils attendent.\n>\n> Une mère", []),
        ("> They wait.\n>\n> A mother", "> Ils attendent. Une mère", ["structure_missing"]),
    ],
)
def test_copy_has_the_structure_of_its_source(source, text, found):
    assert in_markdown(source, text) == found


def test_an_item_keeps_its_head_and_its_source_without_the_sign_of_a_list():
    source = "**Article 4** They wait. *Treaty*"

    def found(text):
        return codes(source, text, markup="item")

    assert found("**Article 4** Ils attendent. *Traité*") == []
    assert found("Article 4 Ils attendent. *Traité*") == ["emphasis_missing"]
    assert found("**Article 4** Ils attendent. Traité") == ["emphasis_missing"]


# Links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lisez [nos données](/en/data/).", []),
        ("Lisez [nos données](/fr/data/).", []),
        ("Lisez [nos données](/ar/data/).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](/fr/evil/).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](/fr/data/?a=b).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](https://evil.org/fr/data/).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](//evil.org/fr/data/).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](mailto:a@evil.org).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](/fr/data/) sur evil.org.", ["link_foreign"]),
        ("Lisez [nos données](http://[evil).", ["link_foreign", "link_missing"]),
        ("Lisez [nos données](/fr/data/) : <https://evil.org>", ["link_foreign"]),
        ("Lisez [nos données](/fr/data/), a@evil.org", ["link_foreign"]),
        ("Lisez [nos données](/fr/data/).\n\n[x]: /evil", ["link_foreign"]),
        ("Lisez nos données.", ["link_missing"]),
    ],
)
def test_links_of_copy_lead_where_those_of_the_source_do(text, found):
    assert in_markdown("Read [our data](/en/data/).", text) == found


def test_a_link_that_nobody_may_follow_is_none():
    found = in_markdown("Read [our data](/en/data/).", "Lisez [nos données](javascript:alert(1)).")

    assert found == ["link_foreign", "link_missing", "link_broken"]


def test_another_site_in_the_language_of_the_reader_is_the_same_place():
    source = "Read [the report](https://example.net/en/report/)."

    assert in_markdown(source, "Lisez [le rapport](https://example.net/fr/report/).") == []


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("Write to us", "Écrivez à info@evil.org", ["link_foreign"]),
        ("Write to us", "Écrivez-nous : http://evil.org", ["link_foreign"]),
        ("Write to us", "Écrivez-nous.Oui", ["link_foreign"]),
        ("Write to us", "Écrivez-nous. Oui", []),
        ("Write to us", "Écrivez-nous javascript:alert(1)", ["link_foreign"]),
        ("Your data", "Données : ce que nous gardons, data: tout", []),
        ("Like name@example.org", "Comme nom@example.org", []),
        ("Like name@example.org", "Comme nom@evil.org", ["link_foreign"]),
        ("See https://example.net/en/x", "Voir https://example.net/fr/x", []),
        ("See https://amnesty.org/x", "Voir là-bas", ["link_missing"]),
    ],
)
def test_plain_text_has_no_address_of_its_own(source, text, found):
    assert codes(source, text) == found


# Characters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Signez\x00", ["control"]),
        ("Signez\x1b[31m", ["control"]),
        ("Signez\ud800", ["control"]),
        ("Signez\ufffe", ["control"]),
        ("Signez\u2028ici", ["control"]),
        ("Signez \u202eici", ["bidi"]),
        ("Signez \u202aici\u202c", ["bidi"]),
        ("Signez \u2066ici\u2069", ["bidi"]),
        ("Signez &#8238;ici", ["bidi"]),
        ("Si\u200bgnez", ["invisible"]),
        ("Si\u2060gnez", ["invisible"]),
        ("Si\ufeffgnez", ["invisible"]),
        ("Si\u200dgnez", ["invisible"]),
        ("Si\u200egnez", ["invisible"]),
        ("Si\u3164gnez", ["invisible"]),
        ("Si\ufe0fgnez", ["invisible"]),
        ("Signez\U000e0041\U000e0042", ["invisible"]),
        ("Signez\ue000", ["private"]),
        ("Signez" + "\u0316" * 9, ["piled"]),
        ("De\u0301fendez", ["not_nfc"]),
        ("Si\u00adgnez", []),
        ("Signez\u202f!", []),
        ("Signez \N{HEAVY BLACK HEART}\ufe0f", []),
        ("Signez \U0001f468\u200d\U0001f469\u200d\U0001f466", []),
        ("Signez \U0001f3f3\ufe0f\u200d\U0001f308", []),
    ],
)
def test_no_character_hides(text, found):
    assert codes("Sign", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\u2066BBC\u2069 en direct", []),
        ("BBC en direct", []),
        ("\u2066BBC en direct", ["bidi"]),
        ("\u2067BBC\u2069 en direct", ["bidi"]),
    ],
)
def test_isolates_come_in_pairs_and_where_the_source_has_them(text, found):
    assert codes("\u2066BBC\u2069 live", text, markup="text") == found


def test_isolates_around_what_is_typed_are_kept_where_the_source_has_them():
    typed = "\u2066BBC\u2069"

    assert tidied(Message(source="\u2066BBC\u2069", markup="text"), (typed,)) == (typed,)
    assert tidied(Message(source="BBC", markup="text"), (typed,)) == ("BBC",)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("fa", "امضا می\u200cکنم"),
        ("hi", "हस्ताक्षर क्\u200dष करें"),
        ("ar", "وقّع\u200f الآن"),
        ("ar", "مُحَمَّدٌ"),
        ("he", "חתמו\u200f"),
        ("th", "ลง\u200bชื่อ"),
        ("km", "ចុះ\u200bហត្ថលេខា"),
        ("ja", "葛\U000e0100城で署名"),
        ("vi", "Ký tên ngay, hãy ủng hộ"),
    ],
)
def test_scripts_keep_the_invisible_characters_that_they_need(locale, text):
    assert codes("Sign now, support us", unicodedata.normalize("NFC", text), locale) == []


# Measures


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("Sign", " Signez", ["edges"]),
        ("Sign", "Signez\n", ["edges"]),
        ("Sign\n", "Signez", ["edges"]),
        ("Sign\n", "Signez\n", []),
        ("Sign", "Si\ngnez", ["line_break"]),
        ("Sign\nnow", "Si\ngnez", []),
        ("Sign", "Signez" * 40, ["far_too_long"]),
        ("Sign {{ x }}", "Signez {{ x }}", []),
        ("Sign", "Signez {{ config }}", ["template"]),
        ("Sign", "Signez {% x %}", ["percent", "percent", "template"]),
        ("Sign", "Signez ${x}", ["template"]),
    ],
)
def test_a_text_is_measured_against_its_source(source, text, found):
    assert codes(source, text) == found


def test_a_message_that_has_little_room_says_how_much():
    (fault,) = faults(Message(source="Sign", max_length=10), ("Signez maintenant",), "fr")

    assert (fault.code, fault.values) == ("too_long", {"length": 17, "most": 10})


# Languages


@pytest.mark.parametrize(
    ("locale", "text", "found"),
    [
        ("ar", "Пожалуйста, прочтите наше требование.", ["script"]),
        ("ar", "Veuillez lire notre demande avant de signer.", ["script"]),
        ("fr", "Пожалуйста, прочтите наше требование.", ["script"]),
        ("ru", "يرجى قراءة مطالبنا قبل التوقيع.", ["script"]),
        ("ru", "Veuillez lire notre demande avant de signer.", ["script"]),
        ("sr-Latn", "Прочитајте шта тражимо пре потписа.", ["script"]),
        ("sr", "Прочитајте шта тражимо пре потписа.", []),
        ("sr", "Pročitajte šta tražimo pre potpisa.", []),
        ("uz", "Imzolashdan oldin o‘qing.", []),
        ("uz", "Имзолашдан олдин ўқинг.", []),
        ("ja", "署名する前に、要求をお読みください。", []),
        ("zh-Hans", "签名前请阅读我们的要求。", []),
        ("ko", "서명하기 전에 요구 사항을 읽어 주세요.", []),
        ("ar", "PDF", []),
        ("ru", "Amnesty International", []),
        ("ru", "OK", []),
        ("ar", "أمنستي: Amnesty International, Signal و WhatsApp", []),
        ("fr", "Le «Мемориал» est une organisation", []),
    ],
)
def test_a_text_is_in_the_script_of_its_language(locale, text, found):
    assert codes(SENTENCE, text, locale) == found


# The source, left in


@pytest.mark.parametrize(
    ("locale", "source", "found"),
    [
        ("fr", SENTENCE, ["untranslated"]),
        ("ar", SENTENCE, ["untranslated"]),
        ("en-US", SENTENCE, []),
        ("fr", "PDF", []),
        ("fr", "Minute, région, action", []),
        ("fr", "%(a)s: %(b)s – %(c)s · %(d)s <b>%(e)s</b>, https://www.example.org/one", []),
    ],
)
def test_a_sentence_of_the_program_is_not_left_in_the_language_of_the_source(locale, source, found):
    assert codes(source, source, locale) == found


def test_each_plural_form_is_translated():
    source = Message(source="%(num)d thing to put right", plural="%(num)d things to put right")
    (fault,) = faults(source, ("%(num)d chose", source.plural, "%(num)d choses"), "fr")

    assert (fault.code, fault.form) == ("untranslated", 1)


# Doubts


@pytest.mark.parametrize("markup", ["text", "markdown"])
def test_a_long_copy_of_the_source_is_doubted_and_not_refused_of_campaign_copy(markup):
    message = Message(source=SENTENCE, markup=markup)

    assert codes(message, SENTENCE) == []
    assert [fault.code for fault in doubts(message, (SENTENCE,))] == ["untranslated"]
    assert doubts(Message(source="PDF", markup=markup), ("PDF",)) == []


def test_a_word_in_two_alphabets_is_doubted():
    (fault,) = doubts(Message(source="Consent"), ("Соглаcие",))  # a Latin c

    assert (fault.code, fault.values) == ("mixed_letters", {"words": ["Соглаcие"]})


def test_what_people_type_is_made_ready_for_the_check():
    message = Message(source="We defend.\n")

    forms = tidied(message, ("  De\u0301fendez.\r\n\r\n",))

    assert forms == ("Défendez.\n",)
    assert codes(message, forms) == []


@given(st.text(), st.sampled_from(["html", "markdown", "text"]), st.sampled_from(["ru", "ar"]))
@example("\ud800[x](\ud800)%(", "markdown", "ar")
@example("<![0", "html", "ru")
def test_no_text_is_too_odd_to_be_checked(text, markup, locale):
    found = codes("Read [this](/en/x) <b>now</b> %(a)s", text, locale, markup=markup)

    assert {*found} <= {*FAULTS}


# What would leave its place


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L'action d’aujourd'hui, c'est l'été", []),
        ("п'ять", []),
        ("Dites « oui » et “non”", []),
        ('Dites "oui"', ["quotes"]),
        ("Dites 'oui'", ["quotes"]),
        ("Un po' di tempo", ["quotes"]),
        ("les années '90", ["quotes"]),
        ('X" data-canary="1', ["quotes", "attribute"]),
        ("X' data-canary='1", ["quotes", "attribute"]),
        ("X data-canary=1", ["attribute"]),
        ("X onfocus = 1", ["attribute"]),
        ("2 + 2 = 4", []),
        ("X` onfocus", []),
        ("Un {nom} {x.__globals__} {}", ["braces"]),
        ("Un {nom", ["braces"]),
        ("{{ config }}", ["template"]),
        ("1 < 2", ["tag_foreign"]),
        ("X&quot; Y", ["character_reference"]),
        ('<b title="x">oui</b>', ["tag_foreign"]),
    ],
)
def test_words_of_the_program_have_no_signs_that_open_an_attribute(text, found):
    assert codes("Take part", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Écrivez trgLang="%(it)s"', []),
        ("Écrivez lang=%(it)s", ["attribute"]),
        ('Écrivez trgLang = "%(it)s"', []),
        ("Écrivez trgLang='%(it)s'", ["quotes"]),
        ('Écrivez lang="%(it)s"', ["attribute"]),
    ],
)
def test_what_the_source_has_a_translation_may_have(text, found):
    assert codes('Write trgLang="%(it)s"', text, "de") == found


def test_quotes_stand_in_the_tags_of_a_message_and_nowhere_else_in_it():
    assert codes(LINK, 'Lisez <a href="/fr/data/">ce qu\'on <b>garde</b></a>.') == []
    assert codes(LINK, 'Lisez "<a href="/fr/data/">ce qu’on <b>garde</b></a>.') == ["quotes"]


@pytest.mark.parametrize("locale", ["fr", "uk", "en-US"])
def test_the_quotation_marks_of_the_language_are_asked_for(locale):
    (fault,) = faults(Message(source="Take part"), ('"X"',), locale)

    assert fault.values == {"found": ['"'], "marks": "“…”" if locale == "en-US" else "«…»"}


@pytest.mark.parametrize(
    "address",
    [
        *("evil.example", "www.evil", "EVIL.Click/x", "é-vil.camp", "a@evil.example", "10.0.0.1"),
        *("//evil", "\\\\evil", "/\\evil", "https:evil", "HTTPS://evil", "tel:112", "data:,x"),
        *("javascript:alert(1)", "https://evil.example/example.org", "//evil/example.org"),
        *("https://example.org@evil.example", "https://example.org:x@evil.example"),
    ],
)
def test_words_of_the_program_lead_nowhere(address):
    for text in (f"Signez sur {address} ici", f"Signez:{address}", f"({address})", address):
        assert "link_foreign" in codes("Take part here", text)
        assert "link_foreign" in codes("Like name@example.org", text)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "Evil.Page",
            "EVIL.page",
            "evil.PaGe",
            "x.app",
            "x.App/a",
            "évil.Page",
            "e\u0301vil.Page",
        ),
        *("evil。com", "evil｡page", "evil．com/abc", "evil․com/abc", "evil﹒com", "a＠evil．com"),
        *(
            "ｅｖｉｌ.page",
            "ｅｖｉｌ．Ｐａｇｅ",
            "evil.\u00adpage",
            "evil\u00ad.page",
            "evil.xn--p1ai",
        ),
        *(
            "evil.中国",
            "зло.онлайн",
            "Зло.Онлайн",
            "भारती.कॉम",
            "／／evil",
            "＼＼evil",
            "Fin.Merci",
            "evil_.page",
        ),
    ],
)
def test_no_other_writing_of_an_address_passes(address):
    for text in (f"Signez sur {address} ici", f"({address})", f"＜{address}＞", address):
        found = faults(Message(source="Take part here, all of you"), (text,), "fr")

        assert "link_foreign" in {fault.code for fault in found}


def test_campaign_copy_has_no_address_in_another_writing():
    for address in ("evil。com", "evil．com/abc", "evil․com", "ｅｖｉｌ.org", "evil.\u00adorg"):
        assert "link_foreign" in in_markdown("Take part here", f"Signez sur {address} ici")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("＂ a＝b", ["quotes", "attribute"]),
        ("＇oui＇", ["quotes"]),
        ("a\u00ad＝b", ["attribute"]),
        ("｛x｝", ["braces"]),
        ("﹛x﹜", ["braces"]),
        ("｛｛ x ｝｝", ["braces"]),
        ("n.º 5, ½, № 3, 1.ª, et…et", []),
    ],
)
def test_signs_of_other_widths_count_as_what_they_are(text, found):
    assert [code for code in codes("Take part here", text) if code in {"braces", *found}] == found
    assert "link_foreign" not in codes("Take part here", text)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("zh-Hans", "请签名。谢谢大家。Amnesty 感谢您，请下载 PDF。再见"),
        ("zh-Hans", "PDF：下载（请签名）；好／不好？谢谢"),
        ("zh-Hans", "他说：“好。”Amnesty 感谢您"),
        ("ja", "署名してください。ありがとう。カー。Amnesty"),
    ],
)
def test_sentences_without_spaces_are_no_addresses(locale, text):
    assert codes("Take part here, all of you who read this", text, locale) == []


def test_a_wide_sign_in_an_address_of_the_source_is_no_other_address():
    source = "Read [this](https://example.net/页，1)."

    assert in_markdown(source, "Lisez [ça](https://example.net/页，1).") == []


def test_a_refresh_is_two_faults():
    assert codes("Take part here", "0;url=//evil") == ["attribute", "link_foreign"]


@pytest.mark.parametrize(
    "text",
    [
        "EE. UU., EE.UU., DD.HH. и т.д., п.1.2, z.B., 6.1.a, 3.14",
        "À 12:30 : signez – et partagez / lisez.",
        "XLIFF 2.0, .po, n.º 5",
        "Oui/non ; et…et",
    ],
)
def test_abbreviations_and_numbers_are_no_addresses(text):
    assert codes("Take part here, all of you who read this", text) == []


def test_campaign_copy_keeps_its_ordinary_signs():
    for markup in ("markdown", "item", "text"):
        assert codes("They said yes", """Ils ont dit "oui" {et} a = 'b'""", markup=markup) == []


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("l'action d'aujourd'hui", "l’action d’aujourd’hui"),
        ("un po' di tempo", "un po’ di tempo"),
        ("dites 'oui' à l'action", "dites 'oui' à l'action"),
        ("צה\"ל ג'ירפה", "צה״ל ג׳ירפה"),
        ('"oui"', '"oui"'),
        ("<b class='a'>l'action</b>", "<b class='a'>l’action</b>"),
    ],
)
def test_the_apostrophe_of_a_keyboard_becomes_that_of_print(typed, taken):
    assert tidied(Message(source="Take part"), (typed,)) == (taken,)
    assert tidied(Message(source="Take part", markup="text"), (typed,)) == (typed,)
