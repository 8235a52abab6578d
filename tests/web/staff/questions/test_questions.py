"""The pages on which staff write the questions of an action."""

import re
from itertools import groupby

import pytest
from lxml.html import tostring

from campaign_actions.actions.questions.stored import MAX_QUESTIONS, questions_in
from campaign_actions.core.content.html_document import parse_document
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing.archive import archive
from tests.support.changes import publish_all
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.questions import BORN, INVOLVED, PHONE, PLACE, WHY, ask, content_of, fields, save
from tests.support.sign_form import PAGE
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of, send

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TO_ADDRESSEE = {"purpose": "handover"}


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def address(client, action):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/questions/"


def add(client, address, question_type, *, then="", **changes):
    """Add a question with these fields, whose names are without the key of the question."""
    page = f"{address}new/{question_type}/"
    key = fields_of(client.get(page).text)["key"]
    given = fields_of(client.get(page).text)
    own = {re.sub(r"^questions\.\w+\.", f"questions.{key}.", name): v for name, v in given.items()}
    named = {f"questions.{key}.{name.replace('__', '.')}": v for name, v in changes.items()}
    return client.post(page, data=own | {"key": key, "then": then} | named), key


def words(answer) -> str:
    return " ".join(parse_document(answer.text).text_content().split())


def test_someone_adds_a_choice_in_two_languages(client, address, action):
    answer, key = add(
        client,
        address,
        "choice",
        en__label="How are you involved?",
        ru__label="Как это касается вас?",
        en__choice_1="I saw it",
        en__choice_2="I want to help",
        ru__choice_1="Я видел",
        ru__choice_2="Хочу помочь",
        keep_days="90",
        is_required="y",
    )
    publish_all()

    assert answer.status_code == 303
    question = questions_in(content_of(action))[key]
    assert (question["type"], question["keep_days"], question["is_required"]) == (
        "choice",
        90,
        True,
    )
    page = client.get("/ru/campaigns/racism/hate-crimes/").text
    assert "Как это касается вас?" in page
    assert '<option value="choice_2">Хочу помочь</option>' in page


def test_the_list_shows_each_with_its_settings_and_what_the_public_sees(client, address, action):
    ask(action, PLACE, INVOLVED, keep_days=90, is_required=True)
    ask(action, WHY, position=1, en__label="Why?", ru__label="Почему?")

    english, russian = words(client.get(address)), words(client.get(f"{address}?in=ru"))

    assert "2 of 8" in english
    assert ("How are you involved? Choice · required · Only our team · kept for 90 days") in english
    assert "Texts missing in: Russian" in english
    assert english.count("Texts missing in") == 1
    assert "Only our team sees your answer. We delete it 90 days after you take part." in english
    assert "Почему?" in russian


def test_the_list_shows_the_fields_of_the_public_form_in_the_language_of_the_page(
    client, address, action
):
    russian = {
        "ru.label": "Как это касается вас?",
        "ru.choice_1": "Я видел",
        "ru.choice_2": "Помогу",
    }
    ask(action, PLACE, INVOLVED | russian, choice_2_off=True)
    ask(action, PHONE, type="phone", position=1, ru__label="Ваш телефон", is_required=True)

    public = asked_by(client.get(PAGE.replace("/en/", "/ru/")))
    seen = asked_by(client.get(f"{address}?in=ru"))

    assert [one.replace("seen-", "") for one in seen] == public
    assert len(seen) == 2
    assert "Выберите ответ" in seen[0]


def asked_by(answer) -> list[str]:
    """The fields of questions, as HTML."""
    fields = parse_document(answer.text).xpath("//div[@class='field']")
    found = (tostring(one, encoding="unicode", with_tail=False) for one in fields)
    return [one for one in found if PLACE in one or PHONE in one]


def test_two_languages_are_side_by_side_and_another_one_is_shown_without_losing_anything(
    client, action, address
):
    save(action, {f"texts.{tag}.title": f"Title ({tag})" for tag in ("fr", "es")})
    page = f"{address}new/text/"
    given = fields_of(client.get(page).text)
    name = f"questions.{given['key']}"
    typed = {f"{name}.en.label": "Why?", f"{name}.es.label": "¿Por qué?"}

    french = client.post(page, data=given | typed | {"right": "fr", "switch": "right"})
    later = client.get(f"{address}new/text/")
    saved = client.post(page, data=fields_of(french.text) | {f"{name}.fr.label": "Pourquoi ?"})

    assert columns(client.get(page)) == columns(later) == columns(french) == ["English", "Français"]
    assert "Not saved yet." in words(french)
    assert (french.status_code, saved.status_code) == (200, 303)
    question = questions_in(content_of(action))[given["key"]]
    labels = {tag: question[f"{tag}.label"] for tag in ("en", "es", "fr")}
    assert labels == {"en": "Why?", "es": "¿Por qué?", "fr": "Pourquoi ?"}


def columns(answer) -> list[str]:
    heads = parse_document(answer.text).xpath("//h2[contains(@class, 'sheet-h')]")
    return [head.text_content().strip() for head in heads]


def test_a_language_with_a_mistake_is_shown(client, action, address):
    save(action, {f"texts.{tag}.title": f"Title ({tag})" for tag in ("fr", "es")})

    answer, key = add(client, address, "text", en__label="Why?", fr__label="x" * 200)

    field = parse_document(answer.text).xpath(f"//*[@name='questions.{key}.fr.label']")[0]
    assert answer.status_code == 400
    assert field.get("type") != "hidden"


def test_texts_that_publishing_needs_are_marked(client, action, address):
    ask(action, PLACE, INVOLVED, ru__label="Как это касается вас?")

    page = parse_document(client.get(f"{address}{PLACE}/?right=ru").text)

    marked = page.xpath("//*[@data-need]/@data-need")
    unmet = page.xpath("//*[@data-need and not(contains(@class, 'met'))]/@data-need")
    name = f"questions.{PLACE}"
    assert [one.removeprefix(f"{name}.") for one in marked] == [
        *("en.label", "ru.label", "ru.help", "ru.choice_1", "ru.choice_2"),
    ]
    assert [one.removeprefix(f"{name}.ru.") for one in unmet] == ["help", "choice_1", "choice_2"]


def test_the_list_shows_how_many_people_gave_which_answer(client, address, action):
    ask(action, PLACE, INVOLVED)
    empty = words(client.get(address))
    for answers in ({PLACE: "choice_2"}, {PLACE: "choice_2"}, {PLACE: "choice_1"}, {}):
        make_confirmed(action, answers=answers)

    shown = parse_document(client.get(address).text)

    assert "Answers so far" not in empty
    (table,) = shown.xpath("//section[@aria-labelledby='answers']//tbody")
    assert [[cell.text_content() for cell in row] for row in table] == [
        ["Answered", "3", "75%"],
        ["I saw it", "1", "33.3%"],
        ["I want to help", "2", "66.7%"],
    ]


def test_a_form_sent_twice_adds_one_question(client, address, action):
    page = f"{address}new/text/"
    given = fields_of(client.get(page).text)
    given[f"questions.{given['key']}.en.label"] = "Why?"

    first, second = client.post(page, data=given), client.post(page, data=given)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(questions_in(content_of(action))) == 1


@pytest.mark.parametrize(
    ("question_type", "changes", "message"),
    [
        ("text", {}, "Enter the question in at least one language."),
        ("choice", {"en__label": "How?", "en__choice_1": "So"}, "Enter at least two answers"),
        ("birth_year", {"en__label": "Born", "min_age": "old"}, "Enter a whole number"),
        ("birth_year", {"en__label": "Born", "min_age": "81"}, "from 1 to 80 years"),
        ("birth_year", {"en__label": "Born", "min_age": "200"}, "from 1 to 80 years"),
        ("birth_year", {"en__label": "Born", "min_age": "9999999999"}, "from 1 to 80 years"),
        ("postcode", {"en__label": "Code", "country": "ZZ"}, "Choose a country from the list."),
        ("postcode", {"en__label": "Code", "country": "AE"}, "no postcodes in this country"),
        ("phone", {"en__label": "Number", "purpose": "handover"}, "Choose one of the options."),
        ("text", {"en__label": "Why?", "keep_days": "7"}, "Choose one of the options."),
        (
            "text",
            TO_ADDRESSEE | {"en__label": "Your email"},
            "sounds like a question about contact",
        ),
        (
            "text",
            TO_ADDRESSEE | {"ru__label": "Номер телефона"},
            "sounds like a question about contact",
        ),
        ("organisation", TO_ADDRESSEE | {"en__label": "Group, address"}, "sounds like a question"),
    ],
)
def test_a_wrong_question_is_shown_again(client, address, action, question_type, changes, message):
    answer, _key = add(client, address, question_type, **changes)

    assert answer.status_code == 400
    assert message in answer.text
    assert questions_in(content_of(action)) == {}


def test_staff_say_that_a_question_asks_for_no_contact_data(client, address, action):
    given = TO_ADDRESSEE | {"en__label": "What should the council address?"}
    asked = "People do not enter contact data here"

    answer, key = add(client, address, "text", **given, has_no_contact_data="y")

    assert (answer.status_code, asked in words(client.get(f"{address}{key}/"))) == (303, True)
    assert questions_in(content_of(action))[key]["purpose"] == "handover"
    assert asked not in words(client.get(f"{address}new/text/"))


def test_a_minimum_age_makes_an_answer_required(client, address, action):
    hint = "With a minimum age, an answer is required."

    answer, key = add(client, address, "birth_year", en__label="Born", min_age="16")

    question = questions_in(content_of(action))[key]
    assert answer.status_code == 303
    assert (question["min_age"], question["is_required"]) == (16, True)
    assert hint in words(client.get(f"{address}new/birth_year/"))


def test_an_older_minimum_age_that_people_get_round_is_pointed_out(client, address, action):
    ask(action, BORN, type="birth_year", en__label="Born in", min_age=16, purpose="handover")
    warning = "People of any age can take part if they leave this question empty"

    listed, edited = words(client.get(address)), words(client.get(f"{address}{BORN}/"))
    ask(action, BORN, type="birth_year", en__label="Born in", min_age=16, is_required=True)
    afterwards = words(client.get(address)) + words(client.get(f"{address}{BORN}/"))

    assert "Year of birth · minimum age 16 · optional · Our team and the addressee" in listed
    assert (warning in listed, warning in edited, warning in afterwards) == (True, True, False)


def test_saving_a_question_with_an_older_minimum_age_makes_an_answer_required_unless_it_is_off(
    client, address, action
):
    ask(action, BORN, type="birth_year", en__label="Born in", min_age=16)

    def is_required_after(**changes) -> bool:
        assert send(client, f"{address}{BORN}/", **changes).status_code == 303
        return bool(questions_in(content_of(action))[BORN]["is_required"])

    off = is_required_after(**{f"questions__{BORN}__is_off": "y"})
    on = is_required_after(**{f"questions__{BORN}__is_off": None})

    assert (off, on) == (False, True)


def test_the_answers_are_listed_and_put_in_order_in_the_language_of_the_reader(app, client, action):
    russian = {"ru.label": "Как это касается вас?", "ru.choice_1": "Я видел"}
    ask(action, PLACE, INVOLVED | russian)
    make_confirmed(action, answers={PLACE: "choice_1"})
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator", locale="ru"))
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/questions/"

    listed = parse_document(client.get(address).text)
    edited = parse_document(client.get(f"{address}{PLACE}/").text)

    answers = [row[0].text_content() for row in listed.xpath("//section[@class='pane gap']//tr")]
    assert answers[1:] == ["Я видел", "I want to help"]
    ordered = edited.xpath("//li[starts-with(@id, 'order-')]/span[1]")
    assert [one.text_content().strip() for one in ordered] == ["Я видел", "I want to help"]


def test_an_action_asks_eight_questions_at_most(client, address, action):
    for number in range(MAX_QUESTIONS):
        save(action, fields(f"qaaaaa{'abcdefgh'[number]}", type="text", en__label="Why?"))

    page = client.get(address).text
    answer, key = add(client, address, "text", en__label="One more")

    assert "/new/" not in page
    assert "eight questions at most" in words(answer)
    assert key not in questions_in(content_of(action))


def test_once_people_have_signed_the_page_offers_only_what_may_change(client, address, action):
    ask(action, PLACE, INVOLVED, keep_days=90)
    make_confirmed(action)

    page = parse_document(client.get(f"{address}{PLACE}/").text)
    options = {
        name: page.xpath(f"//select[@name='questions.{PLACE}.{name}']/option/@value")
        for name in ("type", "purpose", "keep_days")
    }
    refused = send(client, f"{address}{PLACE}/", **{f"questions__{PLACE}__en__choice_2": ""})
    renamed = send(client, f"{address}{PLACE}/", **{f"questions__{PLACE}__en__choice_2": "Helper"})

    assert options == {"type": [], "purpose": ["team"], "keep_days": ["30", "90"]}
    assert refused.status_code == 400
    assert "Switch it off instead of deleting it." in refused.text
    assert renamed.status_code == 303


def test_a_type_can_change_until_people_have_signed(client, address, action):
    ask(action, WHY, en__label="Your group")

    answer = send(client, f"{address}{WHY}/", **{f"questions__{WHY}__type": "organisation"})

    assert answer.status_code == 303
    assert questions_in(content_of(action))[WHY]["type"] == "organisation"


def test_a_question_is_removed_or_switched_off_if_people_may_have_answered(client, address, action):
    ask(action, WHY, en__label="Why?")
    ask(action, PLACE, INVOLVED)

    gone = send(client, f"{address}{WHY}/remove/")
    publish_all()
    make_confirmed(action, answers={PLACE: "choice_1"})
    shown = words(client.get(f"{address}{PLACE}/remove/"))
    off = send(client, f"{address}{PLACE}/remove/")

    assert (gone.status_code, off.status_code) == (303, 303)
    assert "Switch off the question “How are you involved?”" in shown
    assert {k: q["is_off"] for k, q in questions_in(content_of(action)).items()} == {PLACE: True}


def test_questions_move(client, address, action):
    ask(action, WHY, position=0, en__label="Why?")
    ask(action, PLACE, INVOLVED, position=1)

    token = fields_of(client.get(f"{address}{WHY}/remove/").text)["csrf_token"]
    answer = client.post(f"{address}{PLACE}/move/", data={"to": "up", "csrf_token": token})

    assert answer.status_code == 303
    assert list(questions_in(content_of(action))) == [PLACE, WHY]


def test_the_page_of_changes_names_the_fields_of_questions(client, address, action):
    ask(action, PLACE, INVOLVED)
    save(action, fields(PLACE, en__label="Are you?", en__help="We count you.", keep_days=90))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/changes/")

    found = words(page)
    assert "Question “Are you?”: Help" in found
    assert "90 days after taking part" in found
    assert f"{address}{PLACE}/#questions.{PLACE}.en.label" in page.text


def test_the_changes_of_one_question_follow_each_other(client, address, action):
    for key in (PLACE, WHY):
        ask(action, key, INVOLVED)
    for key in (PLACE, WHY):
        save(action, fields(key, en__label=f"{key}?", en__help="Help", keep_days=30))

    page = words(client.get(f"/staff/campaigns/{action.campaign_id}/changes/"))

    named = re.findall(rf"Question “({PLACE}|{WHY})\?”", re.sub("[\u2066-\u2069]", "", page))
    assert [key for key, _same in groupby(named)] == [PLACE, WHY]


def test_two_people_who_add_questions_at_once_add_both(client, address, action):
    first, one = add(client, address, "text", en__label="Why?")
    second, two = add(client, address, "text", en__label="How?")

    assert (first.status_code, second.status_code) == (303, 303)
    assert set(questions_in(content_of(action))) == {one, two}


def test_choices_move_without_losing_what_was_typed_and_saving_keeps_their_order(
    client, address, action
):
    ask(action, PLACE, INVOLVED)
    make_confirmed(action, answers={PLACE: "choice_1"})
    page = f"{address}{PLACE}/"
    given = fields_of(client.get(page).text) | {f"questions.{PLACE}.en.choice_2": "I will help"}

    moved = client.post(page, data=given | {"move": "choice_2.up"})
    stored = questions_in(content_of(action))[PLACE]
    saved = client.post(page, data=fields_of(moved.text))

    document = parse_document(moved.text)
    lines = [
        one.text_content().split("↑")[0].strip()
        for one in document.xpath("//li[starts-with(@id, 'order-')]")
    ]
    assert (moved.status_code, lines) == (200, ["I will help", "I saw it"])
    (focused,) = document.xpath("//button[@autofocus]")
    assert focused.get("value") == "choice_2.down", "the pressed button is at the end"
    assert stored["en.choice_2"] == "I want to help"
    assert saved.status_code == 303
    question = questions_in(content_of(action))[PLACE]
    assert (question["choice_order"], question["en.choice_2"]) == (
        "choice_2 choice_1",
        "I will help",
    )
    assert "Answer 2, Answer 1" in words(
        client.get(f"/staff/campaigns/{action.campaign_id}/changes/")
    )


@pytest.mark.parametrize("move", ["choice_9.up", "choice_1.away", "x"])
def test_only_choices_that_exist_move(client, address, action, move):
    ask(action, PLACE, INVOLVED)
    page = f"{address}{PLACE}/"

    answer = client.post(page, data=fields_of(client.get(page).text) | {"move": move})

    assert answer.status_code == 400


def test_the_enter_key_saves(client, address, action):
    ask(action, PLACE, INVOLVED)

    page = parse_document(client.get(f"{address}{PLACE}/").text)
    first = page.xpath("//form[@data-writing]//button[@type='submit']")[0]

    assert first.get("name") is None


@pytest.mark.parametrize(("filled", "shown"), [(0, 4), (2, 4), (3, 5), (7, 9), (9, 10)])
def test_a_choice_has_four_answer_fields_and_two_more_than_are_filled(
    client, address, action, filled, shown
):
    answers = {f"en.choice_{number}": f"Answer {number}" for number in range(1, filled + 1)}
    if filled:
        ask(action, PLACE, {"type": "choice", "en.label": "How?", **answers})

    page = client.get(f"{address}{PLACE}/" if filled else f"{address}new/choice/").text

    assert len(re.findall(r'name="questions\.\w+\.en\.choice_\d+"', page)) == shown


def test_a_question_of_a_public_action_goes_on_to_publish_the_changes(client, address, action):
    page = client.get(f"{address}new/text/").text

    answer, _key = add(client, address, "text", en__label="Why?", then="publish")

    assert 'name="then" value="publish">Publish changes…<' in page
    assert answer.status_code == 303
    assert answer.location == f"/staff/campaigns/{action.campaign_id}/changes/?of={action.id}"


def test_an_archived_action_gets_no_new_question(client, address, action):
    page = client.get(address).text
    archive(action.campaign_id, results=None, actor="ada", now=utc_now())

    archived = client.get(address).text
    answer = client.get(f"{address}new/choice/")

    assert "Add a question" in page
    assert "Add a question" not in archived
    assert "The campaign is archived, so nobody is asked." in archived
    assert answer.location == address
