"""A translation must not break a page or harm its readers."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_actions.catalogs.validation.issue_texts import ISSUE_TEXTS
from campaign_actions.catalogs.validation.validate_translation import issues, tidy_forms, warnings
from campaign_actions.core.i18n.message import Message

SENTENCE = "Please read what we ask for before you sign."
PEOPLE = Message(source="%(num)d person", plural="%(num)d people")
LINK = Message(source='Read <a href="/en/data/">what we <b>keep</b></a>.')
LIST = "- **One**: first\n- **Two**: second *(source)*"


def codes(source, text, locale="fr", **more):
    message = source if isinstance(source, Message) else Message(source=source, **more)
    forms = text if isinstance(text, tuple) else (text,)
    return [issue.code for issue in issues(message, forms, locale)]


def in_markdown(source, text, locale="fr"):
    return codes(source, text, locale, markup="markdown")


def test_an_untranslated_message_has_no_issues():
    assert issues(PEOPLE, (), "ru") == issues(PEOPLE, ("", "", ""), "ru") == []


def test_an_issue_names_its_plural_form():
    (issue,) = issues(PEOPLE, ("%(num)d человек", "человека", "%(num)d людей"), "ru")

    assert (issue.code, issue.form, issue.values) == (
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
def test_placeholders_must_be_those_of_the_source(text, found):
    assert codes("%(name)s signed %(count)d times", text) == found


def test_a_source_without_placeholders_allows_no_percent_sign():
    assert codes("All of them", "100 % d'entre eux") == ["percent"]
    assert codes("All of them", "100 %% d'entre eux") == ["percent"]


def test_campaign_copy_may_have_percent_signs():
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
def test_a_plural_form_for_one_number_may_omit_it(locale, forms, found):
    assert codes(PEOPLE, forms, locale) == found


def test_a_plural_form_for_one_number_keeps_all_other_placeholders():
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
def test_every_plural_form_of_the_language_is_required(forms, found):
    assert codes(PEOPLE, forms, "ru") == found


# HTML


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a href='/en/data/'>Ce que nous <b>gardons</b></a>.", ["tag_foreign", "tag_missing"]),
        ("<a href=/en/data/>Ce que nous <b>gardons</b></a>.", ["tag_foreign", "tag_missing"]),
        ('<a href="/en/data/">Ce que nous <b>gardons</b></a> : lisez.', []),
        ("Lisez ce que nous gardons.", ["tag_missing"]),
        ('Lisez <a href="/en/data/">ce que nous gardons</a>.', ["tag_missing"]),
        ('Lisez <b><a href="/en/data/">ce que nous gardons</a></b>.', ["tag_order"]),
        ('Lisez <a href="/en/data/">ce que nous <b>gardons</a></b>.', ["tag_unpaired"]),
        ('Lisez <a href="/en/data/">ce que nous <b>gardons</b>.', ["tag_missing"]),
        ('Lisez <a href="/fr/evil/">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        ('Lisez <a href="data:a">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        ('Lisez <a href="//evil.org">ce <b>que</b></a>.', ["tag_foreign", "tag_missing"]),
        (
            'Lisez <a href="/en/data/" onclick="a()">ce <b>que</b></a>.',
            ["tag_foreign", "tag_missing"],
        ),
        ('Lisez <a href="/en/data/">ce <b>que</b></a>.<script>a()</script>', ["tag_foreign"]),
        ('Lisez <a href="/en/data/">ce <b>que</b></a><!-- ici -->.', ["tag_foreign"]),
        ('Lisez <a href="/en/data/">ce <b>que</b></a> <', ["tag_foreign"]),
        ('Lisez <a href="/en/data/">ce <b>que</b></a> <img src=x onerror=a()', ["tag_foreign"]),
    ],
)
def test_tags_must_be_those_of_the_source_and_nested_the_same(text, found):
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
def test_a_source_without_tags_allows_none(text, markup):
    assert {"tag_foreign", "tag_unpaired", "control"} & {*codes("Sign", text, markup=markup)}


def test_new_character_references_are_refused():
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
def test_campaign_copy_must_have_the_structure_of_its_source(source, text, found):
    assert in_markdown(source, text) == found


def test_an_item_keeps_its_bold_start_and_gets_no_bullet():
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
def test_links_must_lead_where_those_of_the_source_lead(text, found):
    assert in_markdown("Read [our data](/en/data/).", text) == found


def test_a_link_that_would_not_be_rendered_is_broken():
    found = in_markdown("Read [our data](/en/data/).", "Lisez [nos données](javascript:alert(1)).")

    assert found == ["link_foreign", "link_missing", "link_broken"]


def test_the_same_page_in_the_language_of_the_translation_is_the_same_link():
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
def test_plain_text_must_not_add_addresses(source, text, found):
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
def test_hidden_and_broken_characters_are_refused(text, found):
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

    assert tidy_forms(Message(source="\u2066BBC\u2069", markup="text"), (typed,)) == (typed,)
    assert tidy_forms(Message(source="BBC", markup="text"), (typed,)) == ("BBC",)


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
def test_invisible_characters_that_a_script_needs_are_allowed(locale, text):
    assert codes("Sign now, support us", unicodedata.normalize("NFC", text), locale) == []


# Length and white space


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
def test_length_and_surrounding_space_are_compared_with_the_source(source, text, found):
    assert codes(source, text) == found


def test_an_issue_about_length_names_the_maximum():
    (issue,) = issues(Message(source="Sign", max_length=10), ("Signez maintenant",), "fr")

    assert (issue.code, issue.values) == ("too_long", {"length": 17, "most": 10})


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
def test_a_text_must_be_in_the_script_of_its_language(locale, text, found):
    assert codes(SENTENCE, text, locale) == found


# Text left in the source language


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
def test_an_interface_sentence_must_not_be_left_in_the_source_language(locale, source, found):
    assert codes(source, source, locale) == found


def test_every_plural_form_must_be_translated():
    source = Message(source="%(num)d more problem to fix", plural="%(num)d more problems to fix")
    (issue,) = issues(source, ("%(num)d chose", source.plural, "%(num)d choses"), "fr")

    assert (issue.code, issue.form) == ("untranslated", 1)


# Warnings


@pytest.mark.parametrize("markup", ["text", "markdown"])
def test_campaign_copy_left_in_the_source_language_is_only_a_warning(markup):
    message = Message(source=SENTENCE, markup=markup)

    assert codes(message, SENTENCE) == []
    assert [issue.code for issue in warnings(message, (SENTENCE,))] == ["untranslated"]
    assert warnings(Message(source="PDF", markup=markup), ("PDF",)) == []


def test_a_word_in_two_alphabets_is_a_warning():
    (issue,) = warnings(Message(source="Consent"), ("Соглаcие",))  # a Latin c

    assert (issue.code, issue.values) == ("mixed_letters", {"words": ["Соглаcие"]})


def test_typed_text_is_tidied_before_the_check():
    message = Message(source="We defend.\n")

    forms = tidy_forms(message, ("  De\u0301fendez.\r\n\r\n",))

    assert forms == ("Défendez.\n",)
    assert codes(message, forms) == []


@given(st.text(), st.sampled_from(["html", "markdown", "text"]), st.sampled_from(["ru", "ar"]))
@example("\ud800[x](\ud800)%(", "markdown", "ar")
@example("<![0", "html", "ru")
def test_the_check_never_fails_whatever_the_text(text, markup, locale):
    found = codes("Read [this](/en/x) <b>now</b> %(a)s", text, locale, markup=markup)

    assert {*found} <= {*ISSUE_TEXTS}


# Characters and addresses that could break out of their place


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
def test_interface_texts_must_not_have_characters_that_open_an_attribute(text, found):
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
def test_a_translation_may_have_the_special_characters_of_its_source(text, found):
    assert codes('Write trgLang="%(it)s"', text, "de") == found


def test_quotes_are_allowed_only_inside_tags():
    assert codes(LINK, 'Lisez <a href="/en/data/">ce qu\'on <b>garde</b></a>.') == []
    assert codes(LINK, 'Lisez "<a href="/en/data/">ce qu’on <b>garde</b></a>.') == ["quotes"]


@pytest.mark.parametrize("locale", ["fr", "uk", "en-US"])
def test_the_issue_suggests_the_quotation_marks_of_the_language(locale):
    (issue,) = issues(Message(source="Take part"), ('"X"',), locale)

    assert issue.values == {"found": ['"'], "marks": "“…”" if locale == "en-US" else "«…»"}


@pytest.mark.parametrize(
    "address",
    [
        *("evil.example", "www.evil", "EVIL.Click/x", "é-vil.camp", "a@evil.example", "10.0.0.1"),
        *("//evil", "\\\\evil", "/\\evil", "https:evil", "HTTPS://evil", "tel:112", "data:,x"),
        *("javascript:alert(1)", "https://evil.example/example.org", "//evil/example.org"),
        *("https://example.org@evil.example", "https://example.org:x@evil.example"),
    ],
)
def test_interface_texts_must_not_add_addresses(address):
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
def test_no_other_spelling_of_an_address_is_accepted(address):
    for text in (f"Signez sur {address} ici", f"({address})", f"＜{address}＞", address):
        found = issues(Message(source="Take part here, all of you"), (text,), "fr")

        assert "link_foreign" in {issue.code for issue in found}


def test_campaign_copy_accepts_no_other_spelling_of_an_address():
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
def test_full_width_characters_count_as_the_usual_ones(text, found):
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
def test_sentences_without_spaces_are_not_addresses(locale, text):
    assert codes("Take part here, all of you who read this", text, locale) == []


def test_a_full_width_character_in_an_address_of_the_source_is_accepted():
    source = "Read [this](https://example.net/页，1)."

    assert in_markdown(source, "Lisez [ça](https://example.net/页，1).") == []


def test_an_injected_refresh_has_two_issues():
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
def test_abbreviations_and_numbers_are_not_addresses(text):
    assert codes("Take part here, all of you who read this", text) == []


def test_campaign_copy_may_have_ordinary_quotes_and_braces():
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
def test_a_typewriter_apostrophe_becomes_typographic(typed, taken):
    assert tidy_forms(Message(source="Take part"), (typed,)) == (taken,)
    assert tidy_forms(Message(source="Take part", markup="text"), (typed,)) == (typed,)
