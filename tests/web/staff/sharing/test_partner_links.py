"""A partner has one link for all languages and its whole life, and what its earlier links brought counts."""

import re

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.tallied import count_tallied
from campaign_actions.campaigns.edit import CAMPAIGN, remove_partner, save_campaign
from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.restore import restore
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.changes import discard_changes
from tests.support.changes import publish_all, seen_of
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NAMES = {"en": "Platform Three", "fr": "Quai n° 3", "ru": "Третий путь"}


@pytest.fixture
def grace(app):
    return make_staff("campaigner", "exporter", "administrator", tf_primary_method="authenticator")


@pytest.fixture
def action(grace):
    return make_action(locales=tuple(NAMES))


def save(action, grace, **values) -> int:
    """Change partners and publish that. `values`: as new__en__name. Returns the newest revision."""
    changes = {f"partners.{name.replace('__', '.')}": value for name, value in values.items()}
    _content, number = find_content(CAMPAIGN, action.campaign_id)
    save_campaign(action.campaign_id, changes, opened_at=number, by=grace, now=NOON)
    publish_all()
    return find_content(CAMPAIGN, action.campaign_id)[1]


def add(action, grace, names=NAMES) -> str:
    """Add a partner; returns its key."""
    save(action, grace, **{f"new__{tag}__name": name for tag, name in names.items()})
    newest = select(PartnerText.partner_id).filter_by(name=next(iter(names.values())))
    return str(db.session.scalars(newest.order_by(PartnerText.partner_id.desc())).first())


def sources() -> list[str]:
    """Of public partners, in their order."""
    db.session.rollback()
    named = select(Partner.source).join(PartnerText).order_by(Partner.id)
    return list(dict.fromkeys(db.session.scalars(named)))


def test_all_languages_have_one_link_for_a_partner_that_is_named_in_the_readers(
    client, action, grace
):
    add(action, grace)
    log_in(client, grace)
    there = f"/staff/campaigns/{action.campaign_id}/share/"

    pages = [client.get(f"{there}?language={tag}").text for tag in NAMES]

    for page in pages:
        assert re.findall(r'source=(platform[^"<&]*|quai[^"<&]*)</output>', page) == [
            "platform-three"
        ]
        assert page.count("<bdi>Partner: Platform Three</bdi>") == 1


def test_the_source_is_made_from_the_name_in_the_source_language(action, grace):
    add(action, grace, {"fr": "Quai n° 3", "en": "Platform Three"})

    assert sources() == ["platform-three"]


def test_a_new_name_changes_only_the_name(client, action, grace):
    key = add(action, grace)
    make_confirmed(action, now=utc_now(), given_name="Ada", source="platform-three")
    fold_states(utc_now())

    save(action, grace, **{f"{key}__en__name": "Platform Four"})

    assert sources() == ["platform-three"]
    names = SourceNames((action.campaign_id,))
    assert names.labels["platform-three"] == "Partner: Platform Four"
    assert names.find("partner: platform four") == "platform-three"
    log_in(client, grace)
    page = client.get(address(action), query_string={"range": "all"}).text
    assert "Partner: Platform Four" in page
    assert "Platform Three" not in page


def test_a_removed_partner_that_comes_back_has_the_same_link(action, grace):
    key = add(action, grace)
    content, number = find_content(CAMPAIGN, action.campaign_id)

    remove_partner(action.campaign_id, key, by=grace, now=NOON)
    assert SourceNames((action.campaign_id,)).partners == []
    restore(CAMPAIGN, action.campaign_id, content, number, by=grace, now=NOON)
    publish_all()

    assert sources() == ["platform-three"]


def test_a_removed_partner_that_is_added_again_has_the_same_link(action, grace):
    key = add(action, grace)
    former(action, "quai-n-3")
    remove_partner(action.campaign_id, key, by=grace, now=NOON)

    add(action, grace)

    assert sources() == ["platform-three"]
    assert SourceNames((action.campaign_id,)).former == {"quai-n-3": "platform-three"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Platform Three", "Platform three!"], ["platform-three", "platform-three-2"]),
        (["Telegram"], ["telegram-2"]),
        (["!!!"], ["partner"]),
    ],
)
def test_no_two_channels_have_one_source(action, grace, names, expected):
    for name in names:
        add(action, grace, {"en": name})

    assert sources() == expected


def test_a_partner_gets_its_source_when_it_is_public_and_a_discarded_one_leaves_nothing(
    action, grace
):
    changes = {"partners.new.en.name": "Platform Three"}
    save_campaign(action.campaign_id, changes, opened_at=1, by=grace, now=NOON)
    drafted = db.session.execute(select(Partner.source)).all()

    seen = seen_of(action.campaign_id)
    discard_changes(action.campaign_id, seen=seen, actor="grace", staff_id=grace.id, now=NOON)

    assert [tuple(row) for row in drafted] == [(None,)]
    db.session.rollback()
    assert db.session.scalars(select(Partner)).all() == []


def test_the_partner_of_a_copied_campaign_has_the_same_source(action, grace):
    add(action, grace)

    copy = copy_campaign(
        action.campaign_id, slug=None, proposed="copy", titles={}, by=grace, now=NOON
    )

    assert SourceNames((copy,)).partners == ["platform-three"]


def former(action, *earlier: str) -> None:
    """The sources that the partner of an action had in other languages."""
    db.session.execute(update(Partner).values(former_sources=" ".join(earlier)))
    db.session.commit()


@pytest.fixture
def came(action, grace):
    """People who came by the link of a partner, and by two that it had before."""
    add(action, grace)
    former(action, "quai-n-3", "tretiy-put")
    for given_name, source in (
        ("Ada", "platform-three"),
        ("Berta", "quai-n-3"),
        ("Chloe", "tretiy-put"),
    ):
        make_confirmed(action, now=utc_now(), given_name=given_name, source=source)
    make_confirmed(action, now=utc_now(), given_name="Dora", source="leaflet")
    fold_states(utc_now())


@pytest.mark.usefixtures("came")
def test_earlier_links_count_for_the_partner_in_the_table_and_on_dashboards(client, action, grace):
    log_in(client, grace)

    shared = client.get(f"/staff/campaigns/{action.campaign_id}/share/?language=en").text
    dashboard = client.get(f"{address(action)}?range=all").text
    by_action = client.get(
        f"/staff/campaigns/{action.campaign_id}/dashboard/actions/",
        query_string={"part": "source", "value": "platform-three", "range": "all"},
    ).text

    row = re.search(r'<tr id="of-platform-three">.*?</tr>', shared, re.DOTALL)[0]
    assert visible_text(row).split()[-5:-2] == ["3", "3", "100%"]
    for page in (shared, dashboard):
        assert "quai-n-3" not in page
        assert "tretiy-put" not in page
    assert re.search(r"Partner: Platform Three\s+3", visible_text(dashboard))
    assert re.search(r"\b3\b", visible_text(by_action).partition("Platform Three")[2])


@pytest.mark.usefixtures("came")
@pytest.mark.parametrize("typed", ["platform-three", "Partner: Platform Three"])
def test_a_filter_by_the_partner_finds_those_of_earlier_links(client, action, grace, typed):
    log_in(client, grace)

    page = client.get(address(action, "signatures"), query_string={"source": typed}).text

    assert [name for name in ("Ada", "Berta", "Chloe", "Dora") if name in page] == [
        "Ada",
        "Berta",
        "Chloe",
    ]
    assert 'value="Partner: Platform Three"' in page


@pytest.mark.usefixtures("came")
def test_a_form_offers_the_partner_once(client, action, grace):
    log_in(client, grace)

    page = client.get(address(action, "export")).text

    options = re.findall(r'<option value="([^"]*)"></option>', page)
    assert options.count("Partner: Platform Three") == 1
    assert not re.search(r'name="source"[^>]*maxlength', page)  # browsers leave longer names out
    assert not {"platform-three", "quai-n-3", "tretiy-put"} & {*options}


@pytest.mark.usefixtures("came")
def test_a_list_of_exports_and_updates_by_the_partner_has_those_of_earlier_links(action):
    whole = SourceNames((action.campaign_id,)).whole("platform-three")

    assert whole == "platform-three quai-n-3 tretiy-put"
    assert count_tallied(action.id, SignatureFilter(source=whole)) == 3
    assert SourceNames((action.campaign_id,)).name(whole) == "Partner: Platform Three"


@pytest.mark.usefixtures("came")
def test_an_earlier_source_alone_is_still_found(client, action, grace):
    """A proposed cluster has the people of one link only."""
    log_in(client, grace)

    page = client.get(address(action, "signatures"), query_string={"source": "quai-n-3"}).text

    assert [name for name in ("Ada", "Berta", "Chloe", "Dora") if name in page] == ["Berta"]
