"""No message breaks out of its place: a quote in a catalog opens no attribute on any page or in any email.

Every message of the program is set to `X" data-canary="1` and variants of it, as if validation had
accepted them. Then all pages and emails are parsed. A route that is not covered makes a test fail.
"""

from dataclasses import replace

import flask_migrate
import pytest
from lxml import html
from markupsafe import Markup
from sqlalchemy import delete, insert

from campaign_actions import create_app
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.models import Translation, TranslationChange
from campaign_actions.catalogs.preview.render import render_scene
from campaign_actions.catalogs.preview.sample_campaign import placeholder_sample
from campaign_actions.catalogs.preview.scenes import scenes
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.core import paths
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.catalog import GettextCatalog, Translations
from campaign_actions.core.i18n.locale_registry import languages, locale_registry, use_catalog
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.translations.scenes.all_scenes import staff_scenes
from campaign_actions.web.staff.waiting.store import WaitingStore, waiting_store
from tests.support.app import SETTINGS, Visitor
from tests.support.browser.routes import NO_PAGES, STEPS, Spot, known_routes, spots
from tests.support.browser.sites import DEMO, Place
from tests.support.browser.world import World, make_world
from tests.support.factories import NOON, PASSWORD
from tests.support.routes import staff_rules
from tests.support.staff_client import log_in, log_in_by_form, post, token_of

LOCALE = "ru"  # the language of the campaigns in the test world
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # it opens every page
QUOTES = "X\" data-canary=\"1' data-canary='1"  # opens an attribute inside either kind of quotes
# This also opens an attribute without quotes, or an element.
CANARY = f"{QUOTES} data-canary=1 <b data-canary>"
# For pages where neither the address nor an account gives the language.
SPEAKING = {"Accept-Language": LOCALE}
FRAMED = {route for route, why in NO_PAGES.items() if "frame" in why}  # HTML inside another page
NO_PAGE = (Spot("/<locale>/nothing/"), Spot("/<locale>/confirm/broken/"), Spot("/staff/nowhere/"))
SPEAKING_OTHERWISE = {
    "/staff/campaigns/<int:campaign_id>/share/<int:action_id>/<text_locale>/<source>/snippet/": (
        "texts of the campaign"
    ),
    "/demo/mail/<name>/body/": "a mail that was written before",
    "/staff/translations/<language>/<catalog>/<string(length=64):key>/preview/": "in another language",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The demo on SQLite, without a server."""
    folder = tmp_path_factory.mktemp("canary")
    database = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/site.sqlite"}
    app = create_app(
        SETTINGS | DEMO | database | {"CACHE_SECONDS": 0, "MAIL_URL": f"file:{folder}/mail"}
    )
    app.test_client_class = Visitor
    # As on a site: otherwise each page counts again all that waits for its member.
    waiting_store.provide(app, WaitingStore(is_kept=True))
    app.instance_path = str(folder)  # where the demo looks for its emails
    place = Place("http://localhost", {}, app, folder)
    with app.app_context():
        flask_migrate.upgrade(init_migrate())
    place.do("demo", "load")
    yield place
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(place):
    made = make_world(place)
    with place.app.app_context():
        for staff_id in made.people.values():
            db.session.get_one(StaffMember, staff_id).locale = LOCALE
        db.session.commit()
    return replace(made, values={**made.values, "tag": LOCALE, "link_id": 1, "to": "on"})


def say(place: Place, words: str) -> None:
    """Store these words as the translation of every message. None of our verbs would accept them."""
    with place.app.app_context():
        _store(words)
        locale_registry.of(place.app).refresh_now()
        assert LOCALE in languages().served


def _forms(message: Message, words: str) -> Forms:
    return (words,) * (plural_rule(LOCALE).count if message.plural else 1)


def _catalog(words: str) -> Translations:
    return {(m.context, m.source): _forms(m, words) for m in interface_messages()}


def _store(words: str) -> None:
    rows = [
        {
            "catalog": INTERFACE,
            "locale": LOCALE,
            "key": message.key,
            "context": message.context,
            "source": message.source,
            "plural": message.plural,
            "forms": _forms(message, words),
            "approved": _forms(message, words),
            "changed_at": NOON,
        }
        for message in interface_messages()
    ]
    change = {"catalog": INTERFACE, "locale": LOCALE, "key": "", "source": "", "how": "command"}
    change |= {"before": [], "after": [], "changed_at": NOON}
    db.session.execute(delete(Translation).filter_by(catalog=INTERFACE, locale=LOCALE))
    db.session.execute(insert(Translation), rows)
    db.session.execute(insert(TranslationChange).values(change))
    db.session.commit()


class HtmlWords(GettextCatalog):
    """Treats each message as if its source had HTML: its translation is not escaped as text."""

    def gettext(self, source, context=""):
        return Markup(self.gettext_plain(source, context))

    def ngettext(self, source, plural, number, context=""):
        return Markup(self.ngettext_plain(source, plural, number, context))


class Reader:
    """Opens pages as a member with a role."""

    def __init__(self, place: Place, world: World) -> None:
        self.place, self.world = place, world

    def client(self, role: str):
        client = self.place.app.test_client()
        if role:
            with self.place.app.app_context():
                log_in(client, db.session.get_one(StaffMember, self.world.people[role]))
        return client

    def open(self, spot: Spot):
        client = self.client(spot.role)
        if spot.route == "/staff/login/second-factor/":
            log_in_by_form(client, "exporter@world.example")
        if spot.route == "/staff/reauthenticate/second-factor/":
            post(client, "/staff/reauthenticate", password=PASSWORD)
        answer = client.get(spot.address(self.world, LOCALE), headers=SPEAKING)
        expected = 404 if spot in NO_PAGE else spot.status
        assert answer.status_code == expected, (str(spot), answer.location)
        return answer

    def all_pages(self):
        for spot in [*spots(), *NO_PAGE, *map(Spot, FRAMED)]:
            answer = self.open(spot)
            assert answer.mimetype == "text/html", spot
            yield spot, answer.text

    def send_empty(self, spot: Spot):
        """Submit a form with nothing but the token of the session."""
        client = self.client("administrator")
        token = token_of(client.get("/staff/account/").text)
        answer = client.post(spot.address(self.world, LOCALE), data={"csrf_token": token})
        assert answer.status_code < 500, spot
        return answer


@pytest.fixture(scope="module")
def reader(place, world):
    return Reader(place, world)


def broken_out(text: str) -> list[str]:
    """Elements to which a message has added an attribute."""
    page = html.document_fromstring(text)
    return [
        html.tostring(each, encoding="unicode")[:120] for each in page.xpath("//*[@data-canary]")
    ]


def says(text: str, canary: str) -> bool:
    """Whether the page is in the language of the canary and so contains it."""
    page = html.document_fromstring(text)
    words = [*page.itertext(), *(value for each in page.iter() for value in each.attrib.values())]
    return any(canary.strip() in each for each in words)


def test_every_route_that_returns_html_is_opened():
    steps = {"/staff/login/second-factor/", "/staff/reauthenticate/second-factor/"}

    assert steps == set(STEPS), "a page that is nothing without the step before: see Reader.open()"
    assert {spot.route for spot in spots()} | set(NO_PAGES) == set(known_routes())


def test_every_email_is_checked():
    mails = {scene.template for scene in scenes() if scene.kind == "mail"}

    files = (paths.TEMPLATES / "mail").glob("*.body.html")
    assert {file.name.removesuffix(".body.html") for file in files} == mails


@pytest.mark.parametrize("kind", ["text", "HTML"])
def test_no_message_breaks_out_in_any_state_of_a_page_or_in_an_email(apps, kind):
    canary = CANARY if kind == "text" else QUOTES
    words = (GettextCatalog if kind == "text" else HtmlWords)(LOCALE, _catalog(canary))
    with apps["sqlite"].app_context():
        shown = {
            scene.name: render_scene(scene, LOCALE, words, placeholder_sample(NOON))
            for scene in (*scenes(), *staff_scenes())
            if scene.kind != "text"
        }

    assert {name: out for name, text in shown.items() if (out := broken_out(text))} == {}
    assert [name for name, text in shown.items() if not says(text, canary)] == []


def test_no_message_breaks_out_on_a_page(place, reader):
    say(place, CANARY)
    found, silent = {}, set()
    for spot, page in reader.all_pages():
        if out := broken_out(page):
            found[str(spot)] = out
        if not says(page, CANARY):
            silent.add(spot.route)

    assert found == {}
    assert silent == set(SPEAKING_OTHERWISE)


def test_no_message_with_html_breaks_out_on_a_page(reader):
    with use_catalog(HtmlWords(LOCALE, _catalog(QUOTES))):
        found = {str(spot): out for spot, page in reader.all_pages() if (out := broken_out(page))}

    assert found == {}


def test_no_message_breaks_out_after_a_form_is_sent_empty(place, reader):
    """This test must be last, because some of these requests succeed and change data."""
    say(place, CANARY)
    found = {}
    for rule, method in staff_rules(place.app):
        if method == "POST":
            answer = reader.send_empty(Spot(rule.rule))
            if answer.mimetype == "text/html" and (out := broken_out(answer.text)):
                found[rule.rule] = out

    assert found == {}
