"""Comments in the inbox of moderators and on public pages."""

import html
import re
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.comments.public import FAR_FUTURE
from campaign_actions.actions.models import Comment, Signature
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.keyset_pagination import encode_time
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.actions import comments, many_comments
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, token_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PUBLIC = "/en/campaigns/racism/hate-crimes/"


@pytest.fixture
def press(client):
    """Submit buttons of the moderation page, by their names and values."""
    log_in(client, make_staff("campaigner"))

    def press(action, *parts, query="", **fields):
        token = token_of(client.get(address(action, "comments")).text)
        page = address(action, "comments", *parts) + query
        return client.post(page, data={"csrf_token": token, **fields})

    return press


def write(action, comment="I saw it", **details):
    return make_confirmed(action, comment=comment, show_comment=True, **details)


def listed(page: str) -> list[str]:
    """The first words of the comments in the list on a page."""
    return re.findall(r'<span class="words1"[^>]*>([^<]*)</span>', page)


def notices(client, answer) -> str:
    """The text of the page that an answer leads to."""
    assert answer.status_code == 303
    return text_of(client.get(answer.location).text)


def text_of(page: str) -> str:
    main = page.partition("<main")[2]
    plain = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return " ".join(plain.translate(dict.fromkeys(map(ord, ISOLATES))).split())


def test_a_comment_can_be_shown_and_hidden_with_one_button(client, press):
    action = make_action(shows_comments=True)
    signing = signing_id(write(action, country_code="DE", family_name="Lovelace"))

    before = client.get(PUBLIC).text
    press(action, show=signing, seen="waiting")
    shown = client.get(PUBLIC).text
    press(action, hide=signing, seen="shown")
    hidden = client.get(PUBLIC).text

    assert ["I saw it" in page for page in (before, shown, hidden)] == [False, True, False]
    assert "Someone from Germany" in shown
    assert "Lovelace" not in shown


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("waiting", ["J", "K", "S", "H", "X", "O"]),
        ("shown", ["H", "X", "O"]),
        ("hidden", ["S", "X", "O"]),
    ],
)
def test_only_keys_that_do_something_are_explained(client, press, state, keys):
    action = make_action(shows_comments=True)
    for decision in ("show", "hide"):
        press(action, seen="waiting", **{decision: signing_id(write(action))})
    for _ in range(2):
        write(action)

    page = client.get(f"{address(action, 'comments')}?state={state}").text

    legend = re.search(r"<ul class=\"keysof\".*?</ul>", page, re.DOTALL)[0]
    assert re.findall(r"<kbd>(.)</kbd>", legend) == keys


def test_after_a_decision_the_next_comment_is_open_and_has_the_focus(client, press):
    action = make_action(shows_comments=True)
    oldest, middle, _newest = (write(action, f"Reason {number}") for number in range(3))
    page = client.get(f"{address(action, 'comments')}?c={middle.public_id}").text
    following = re.search(r'name="next" value="(\w+)"', page)[1]

    answer = press(action, query="?state=waiting", show=signing_id(middle), next=following)
    after = client.get(answer.location).text

    assert following == oldest.public_id
    assert '<blockquote class="say">Reason 0</blockquote>' in after
    assert '<h2 id="comment" tabindex="-1" autofocus aria-describedby="done">' in after
    assert "Comment shown: Name not shown, Russia. It is public now." in text_of(after)
    assert listed(after) == ["Reason 2", "Reason 0"]


def test_a_decision_can_be_undone_from_the_page_that_says_it(client, press):
    action = make_action(shows_comments=True)
    signing = signing_id(write(action))
    shown = press(action, show=signing)
    batch = re.search(r'name="batch" value="(\d+)"', client.get(shown.location).text)[1]

    undone = press(action, "undo", batch=batch)
    page = client.get(undone.location)
    again = press(action, "undo", batch=batch)

    bar = (
        '<div class="toast"><span role="status">Undone. 1 comment is as it was before.</span></div>'
    )
    assert bar in page.text
    assert page.text.count("Undone.") == 1
    assert listed(page.text) == ["I saw it"]
    assert "I saw it" not in client.get(PUBLIC).text
    assert "This decision was undone already. Nothing was changed." in notices(client, again)


@pytest.mark.parametrize("batch", ["", "x", "0", "-1", "99", "9" * 30, "²"])
def test_what_was_never_decided_cannot_be_undone(client, press, batch):
    action = make_action()
    write(action)

    answer = press(action, "undo", batch=batch)

    assert "There is no such decision to undo." in notices(client, answer)


def test_showing_several_asks_first_and_says_where_they_will_be_public(client, press):
    action = make_action(shows_comments=True)
    names = [signing_id(write(action, f"Reason {number}")) for number in range(3)]

    question = press(action, do="show", c=names[:2])
    asked = client.get(question.location)
    before = client.get(PUBLIC).text
    answer = client.post(form_address(asked.text), data=hidden_fields(asked.text))
    shown = client.get(PUBLIC).text

    assert "Show 2 comments?" in text_of(asked.text)
    assert f'href="{PUBLIC}comments/" lang="en"' in asked.text
    assert "Reason" not in before.partition('class="voices"')[2]
    assert "2 comments shown. They are public now." in notices(client, answer)
    assert [f"Reason {number}" in shown for number in range(3)] == [True, True, False]


def test_a_selected_comment_is_read_in_full_before_it_is_shown(client, press):
    action = make_action(shows_comments=True)
    comment = "".join(f"Reason {number}. " for number in range(60)).strip()
    name = signing_id(write(action, comment))

    question = press(action, do="show", c=name)
    asked = client.get(question.location).text

    assert comment not in client.get(address(action, "comments") + "?c=x").text
    assert comment in asked
    assert "The form says that we read every comment first." in asked
    assert db.session.scalars(select(Comment.is_shown)).all() == [None]


def test_all_of_a_list_are_shown_as_far_as_the_page_contained_them(client, press, monkeypatch):
    monkeypatch.setattr(many_comments, "MAX_SHOWN", 25)
    action = make_action(shows_comments=True)
    for number in range(27):
        write(action, f"Reason {number:02}", now=NOON + timedelta(seconds=number))
    asked = client.get(address(action, "comments", "show")).text
    write(action, "Late", now=NOON + timedelta(minutes=1))

    client.post(form_address(asked), data=hidden_fields(asked))

    whole = set(re.findall(r">(Reason \d\d|Late)<", asked))
    shown = select(Signature.comment).join(Comment).where(Comment.is_shown.is_(True))
    assert len(whole) == 25
    assert set(db.session.scalars(shown)) == whole
    assert "At most 25 can be decided at once, the newest first." in text_of(asked)
    left = client.get(address(action, "comments", "show")).text
    assert re.findall(r">(Reason \d\d|Late)<", left) == ["Late", "Reason 01", "Reason 00"]


def test_only_so_many_comments_are_shown_as_someone_can_read(client, press, monkeypatch):
    monkeypatch.setattr(comments, "MAX_SHOWN", 2)
    action = make_action(shows_comments=True)
    names = [signing_id(write(action, f"Reason {number}")) for number in range(3)]

    press(action, "show", c=names)

    assert db.session.scalars(select(Comment.is_shown)).all().count(True) == 2


def test_a_comment_that_was_written_again_since_it_was_read_is_not_shown(client, press):
    action = make_action(shows_comments=True)
    signature = write(action, "I saw it")
    asked = client.get(address(action, "comments", "show")).text
    withdraw(signature, now=NOON)
    write(action, "Something else", email=signature.email, now=NOON + timedelta(hours=1))

    client.post(form_address(asked), data=hidden_fields(asked))

    assert db.session.scalars(select(Comment.is_shown)).all() == [None]


def test_hiding_the_selected_ones_can_be_undone(client, press):
    action = make_action(shows_comments=True)
    names = [signing_id(write(action, f"Reason {number}")) for number in range(3)]

    hidden = press(action, do="hide", c=names[:2])
    page = client.get(hidden.location).text
    batch = re.search(r'name="batch" value="(\d+)"', page)[1]
    undone = press(action, "undo", batch=batch)

    assert listed(page) == ["Reason 2"]
    assert "Undone. 2 comments are as they were before." in notices(client, undone)


def test_all_that_match_are_hidden_after_a_question_and_none_that_came_later(client, press):
    action = make_action(shows_comments=True)
    write(action, "Buy pills at pills.example")
    write(action, "See https://more.example")
    write(action, "I saw it")
    asked = client.get(address(action, "comments", "hide") + "?state=flagged").text
    write(action, "Late pills.example", now=utc_now() + timedelta(minutes=1))

    answer = client.post(form_address(asked), data=hidden_fields(asked))

    assert "Hide 2 comments?" in text_of(asked)
    assert "2 comments hidden." in notices(client, answer)
    left = client.get(address(action, "comments")).text
    assert listed(left) == ["Late pills.example", "I saw it"]


def test_only_the_comments_with_the_searched_words_are_decided(client, press):
    action = make_action()
    for text in ("Pills for you", "pills for all", "I saw it"):
        write(action, text)
    asked = client.get(address(action, "comments", "hide") + "?q=PILLS").text

    client.post(form_address(asked), data=hidden_fields(asked))

    assert listed(client.get(address(action, "comments")).text) == ["I saw it"]


def test_times_have_the_organisations_beside_them(client, press):
    action = make_action()
    write(action, now=NOON)
    db.session.execute(update(StaffMember).values(timezone="Asia/Yekaterinburg"))
    db.session.commit()

    page = text_of(client.get(address(action, "comments")).text)

    assert "confirmed on 20 Nov 2026, 17:00 · 12:00 (UTC)" in page


def test_the_words_stay_in_the_other_lists(client, press):
    action = make_action()
    press(action, hide=signing_id(write(action, "Pills for you")), seen="waiting")
    press(action, hide=signing_id(write(action, "I saw it")), seen="waiting")
    page = client.get(address(action, "comments") + "?q=pills").text

    to_hidden = html.unescape(re.search(r'href="([^"]*state=hidden[^"]*)"', page)[1])

    assert listed(client.get(to_hidden).text) == ["Pills for you"]


def test_a_question_about_nothing_says_so(client, press):
    action = make_action()
    page = client.get(address(action, "comments", "show") + "?state=flagged").text

    answer = press(action, "hide", query="?state=flagged", until=encode_time(utc_now()))

    assert "There are no comments to decide about" in text_of(page)
    assert "<form" not in page.partition("data-question>")[2].partition("</main>")[0]
    assert "There were no comments to decide about." in notices(client, answer)


def test_two_moderators_do_not_overwrite_each_other(client, press):
    action = make_action(shows_comments=True)
    signature = write(action)
    facts = {"action": "racism/hate-crimes", "staff_id": 1, "actor": "grace@example.org"}
    facts |= {"now": NOON, "is_shown": False, "read_as": "waiting"}
    decide_comments(action.id, [signing_id(signature)], **facts)

    late = press(action, show=signing_id(signature), seen="waiting", next="x")
    page = client.get(late.location).text
    same = press(action, hide=signing_id(signature), seen="waiting")

    assert "someone else decided about it after you had opened the page" in text_of(page)
    assert "I saw it" in page.partition('class="say"')[2]
    assert "Hidden by" in text_of(page)
    assert "1 comment was hidden already." in notices(client, same)
    assert "I saw it" not in client.get(PUBLIC).text


def test_a_comment_withdrawn_while_it_was_open_is_reported(client, press):
    action = make_action(shows_comments=True)
    signature = write(action)
    signing = signing_id(signature)
    withdraw(signature, now=NOON)

    answer = press(action, show=signing)

    assert "1 comment is no longer here. Its writer may have withdrawn it." in notices(
        client, answer
    )


def test_undoing_leaves_the_later_decision_of_someone_else_and_says_so(client, press):
    action = make_action(shows_comments=True)
    first, second = (write(action, f"Reason {number}") for number in range(2))
    hidden = press(action, do="hide", c=[signing_id(first), signing_id(second)])
    batch = re.search(r'name="batch" value="(\d+)"', client.get(hidden.location).text)[1]
    facts = {"action": "racism/hate-crimes", "staff_id": 1, "actor": "grace@example.org"}
    facts |= {"now": NOON, "is_shown": True, "read_as": "hidden"}
    decide_comments(action.id, [signing_id(first)], **facts)

    words = notices(client, press(action, "undo", batch=batch))

    assert "Undone. 1 comment is as it was before." in words
    assert "1 comment was not changed back, because someone has decided about it again" in words
    assert "Reason 0" in client.get(PUBLIC).text


@pytest.mark.parametrize("name", ["unknown", "x" * 200, "%00", "foreign"])
def test_an_unknown_or_foreign_comment_is_not_opened(client, press, name):
    action = make_action()
    write(action)
    other = make_action(campaign=make_campaign(slug="other"))
    name = write(other, "Foreign").public_id if name == "foreign" else name

    page = client.get(f"{address(action, 'comments')}?c={name}").text

    assert "This comment is not here." in text_of(page)
    assert "Foreign" not in page
    assert listed(page) == ["I saw it"]


@pytest.mark.parametrize("query", ["state=x", "same=x", "same=%27", "state=waiting&same=ZZ"])
@pytest.mark.parametrize("part", [(), ("hide",)])
def test_an_address_that_is_not_understood_never_means_all_comments(client, press, query, part):
    action = make_action()
    write(action)

    assert client.get(f"{address(action, 'comments', *part)}?{query}").status_code == 404
    answer = press(action, *part, query=f"?{query}", until=encode_time(utc_now()), do="hide")
    assert answer.status_code == 404


def test_the_comment_leads_to_the_page_of_its_signature(client, press):
    action = make_action()
    signature = write(action)

    page = client.get(address(action, "comments")).text

    assert f'href="{address(action, "signatures", signature.public_id)}" data-key="o"' in page


def test_the_page_of_a_person_says_what_was_decided_and_leads_back_to_the_comment(client, press):
    action = make_action()
    signature = write(action)
    press(action, hide=signing_id(signature))

    page = client.get(address(action, "signatures", signature.public_id)).text

    assert "Decision about the comment Hidden · Open the comment" in text_of(page)
    back = re.search(r'href="([^"]*)">Open the comment', page)
    assert f"c={signature.public_id}" in back[1]
    assert "I saw it" in client.get(html.unescape(back[1])).text


def test_a_text_that_is_too_short_to_compare_is_not_said_to_be_alone(client, press):
    action = make_action()
    write(action, "Justice for all.")
    write(action, "Justice for all.")

    page = text_of(client.get(address(action, "comments")).text)

    assert "Checks no link, too short to compare, 16 characters" in page


def test_the_checks_of_a_harmless_comment_are_one_quiet_line(client, press):
    action = make_action()
    write(action, "I was there that night, and I saw what the police did to him.")

    page = client.get(address(action, "comments")).text

    assert '<dd><span class="note">no link, not repeated, 61 characters</span></dd>' in page


def test_the_checks_of_a_flagged_comment_are_whole_sentences(client, press):
    action = make_action()
    write(action, "Buy it at https://pills.test and be well for ever and ever.")

    page = text_of(client.get(f"{address(action, 'comments')}?state=flagged").text)

    assert "Checks It seems to have a link, an email address or a telephone number. No one" in page


def test_repeated_texts_and_contacts_are_marked_in_the_list_and_lead_to_their_copies(client, press):
    action = make_action()
    write(action, "pills.example")
    for end in ("", "!", "!!"):
        write(action, f"This must stop today, not tomorrow{end}")

    page = client.get(f"{address(action, 'comments')}?state=flagged").text
    copies = html.unescape(re.search(r'href="([^"]+same=[^"]+)"', page)[1])

    assert text_of(page).count("Same text 3 times") == 3
    assert text_of(page).count("Link or contact") == 1
    assert "3 people have sent nearly the same text." in text_of(page)
    assert len(listed(client.get(copies).text)) == 3


@pytest.mark.parametrize(("asks", "setting"), [(True, "shows_comments"), (False, "asks_comment")])
def test_a_warning_leads_to_the_setting_where_the_action_shows_no_comments(
    client, press, asks, setting
):
    action = make_action(shows_comments=False, asks_comment=asks)
    write(action)

    page = client.get(address(action, "comments")).text
    editor = client.get(address(action, "edit")).text

    assert f'href="{address(action, "edit")}#{setting}"' in page
    assert ("Its form does not ask for comments either" in page) is not asks
    assert f'id="{setting}"' in editor


def test_the_numbers_of_all_lists_are_on_their_tabs(client, press):
    action = make_action()
    write(action, "pills.example")
    press(action, hide=signing_id(write(action)))

    page = text_of(client.get(address(action, "comments")).text)

    assert "To read 1 Flagged 1 Shown 0 Hidden 1" in page


def hidden_fields(page: str) -> dict[str, list[str]]:
    form, fields = page.partition("data-question>")[2], defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields[name].append(value)
    return fields


def form_address(page: str) -> str:
    return html.unescape(
        re.search(r'method="post" action="([^"]+)"', page.partition("data-question>")[2])[1]
    )


def test_an_action_with_comments_turned_off_shows_none(client, press):
    action = make_action(shows_comments=False)
    press(action, show=signing_id(make_confirmed(action, comment="I saw it", show_comment=True)))

    assert "I saw it" not in client.get(PUBLIC).text
    assert client.get(f"{PUBLIC}comments/").status_code == 404


def test_the_page_of_all_comments_is_public_and_cacheable(client, press):
    action = make_action(shows_comments=True)
    press(
        action,
        show=signing_id(
            make_confirmed(action, comment="<b>I</b>", show_comment=True, show_name=True)
        ),
    )

    page = client.get(f"{PUBLIC}comments/")

    assert "&lt;b&gt;I&lt;/b&gt;" in page.text
    assert "<bdi>Ada</bdi>" in page.text
    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers


def test_a_page_of_comments_redirects_to_its_canonical_address(client):
    action = make_action(shows_comments=True)
    times = [NOON + timedelta(hours=hour) for hour in range(3)]
    for now in times:
        signing = signing_id(
            make_confirmed(action, comment=f"Written {now:%H:%M}", show_comment=True)
        )
        facts = {"action": "racism/hate-crimes", "staff_id": 1, "actor": "grace@example.org"}
        facts |= {"read_as": "waiting", "now": now}
        decide_comments(action.id, [signing], is_shown=True, **facts)

    page = client.get(comments_before(times[2]))
    between = client.get(comments_before(times[0] + timedelta(minutes=7)))
    after_all = client.get(comments_before(times[2] + timedelta(days=1)))
    before_all = client.get(comments_before(times[0]))

    assert [f"Written {now:%H:%M}" in page.text for now in times] == [True, True, False]
    assert page.headers["Cache-Control"].startswith("public")
    assert (between.status_code, between.location) == (302, comments_before(times[1]))
    assert (after_all.status_code, after_all.location) == (302, f"{PUBLIC}comments/")
    assert before_all.status_code == 404
    kept = {answer.headers["Cache-Control"] for answer in (between, after_all, before_all)}
    assert kept == {"no-store"}, "invented addresses must not fill caches"


def comments_before(moment) -> str:
    return f"{PUBLIC}comments/{encode_time(moment)}/"


@pytest.mark.parametrize("name", ["x", "-1", "0", "ffffffffffffffffffff", "1e3", "A%00"])
def test_a_malformed_page_of_comments_is_not_found(client, name):
    make_action(shows_comments=True)

    assert client.get(f"{PUBLIC}comments/{name}/").status_code == 404


def test_the_form_says_that_a_comment_may_be_shown(client):
    make_action(asks_comment=True, shows_comments=True)

    assert "we may also show it on our website" in client.get(PUBLIC).text


def test_viewing_comments_is_in_the_audit_log(client):
    action = make_action()
    make_confirmed(action, comment="I saw it", show_comment=True)
    log_in(client, make_staff("campaigner"))

    client.get(address(action, "comments"))

    (entry,) = entries()
    assert (entry.subject, entry.rows, entry.details) == (
        "racism/hate-crimes",
        1,
        {"comments": "waiting"},
    )


def test_malformed_decisions_change_nothing(press):
    action = make_action()
    make_confirmed(action, comment="I saw it", show_comment=True)

    wrong: list[dict[str, object]] = [{}, {"show": "\0"}, {"hide": "x" * 9000}, {"do": "hide"}]
    wrong += [{"do": "hide", "c": ["%", "'", "\0"]}, {"do": "x", "c": ["a-b"]}, {"c": ["a"]}]
    for fields in wrong:
        assert press(action, **fields).status_code == 303

    assert db.session.scalars(select(Comment.is_shown)).all() == [None]
    assert press(action, "hide", until="yesterday").status_code == 400


def test_comments_of_a_campaign_under_embargo_are_not_found(client, press):
    action = make_action(shows_comments=True)
    signed = [make_confirmed(action, comment="I saw it", show_comment=True) for _ in range(2)]
    for signature in signed:
        press(action, show=signing_id(signature))
    page = comments_before(db.session.scalar(select(func.max(Comment.decided_at))))
    before = client.get(page)

    db.session.execute(update(Campaign).values(published_at=FAR_FUTURE))
    db.session.commit()
    after = client.get(page)

    assert "I saw it" in before.text
    assert after.status_code == 404
    assert after.text == client.get(page.replace("hate-crimes", "never")).text


def test_the_list_of_an_action_in_several_languages_can_be_narrowed_to_one(client, press):
    action = make_action(locales=("en", "ru"))
    write(action, "Reason", locale="en")
    write(action, "Причина", locale="ru")
    there = f"{address(action, 'comments')}?language=ru"

    page = client.get(there).text
    many = client.get(f"{address(action, 'comments', 'hide')}?language=ru").text

    assert listed(page) == ["Причина"]
    assert '<option value="ru" lang="ru" selected>' in page
    assert "state=hidden&amp;language=ru" in page
    assert "Hide 1 comment?" in many
    assert "that you see. Language: Russian." in text_of(many)
    assert "The public will not see it. It stays in exports" in text_of(many)
    assert "Leave it as it is" in text_of(many)
    assert client.get(f"{address(action, 'comments')}?language=xx").status_code == 404


def test_an_action_in_one_language_has_no_choice_of_languages(client, press):
    assert 'name="language"' not in client.get(address(make_action(), "comments")).text
