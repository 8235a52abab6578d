"""Messages are extracted from code and templates, with context, notes for translators and places."""

import subprocess

import pytest

from campaign_actions.catalogs.files.areas import AREAS, PATTERNS, area_of, has_area
from campaign_actions.catalogs.files.extract import messages_of_source, template_of
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.core.i18n.message import Message
from campaign_actions.core.paths import TRANSLATIONS

CODE = """
from flask_babel import gettext as _, lazy_gettext as _l
from flask_babel import lazy_ngettext, lazy_pgettext, ngettext, npgettext, pgettext

# Translators: greets who has signed
_("Thank you")
_l("Later")
ngettext("%(num)d day", "%(num)d days", 2)
lazy_ngettext("%(num)d hour", "%(num)d hours")
pgettext("state", "Open")
lazy_pgettext("button", "Open")
npgettext("time", "%(num)d second", "%(num)d seconds", 2)
# a remark for programmers
_("Not noted")
"""
PAGE = """
{# Translators: on the form, at most 20 characters #}
<p>{{ _('Thank you') }}</p>
{{ pgettext('state', 'Closed') }}
{{ npgettext('people', '%(num)d other', '%(num)d others', 3) }}
{{ ngettext('%(num)d person', '%(num)d people', 3) }}
{% trans %}A block{% endtrans %}
"""


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "campaign_actions/staff").mkdir(parents=True)
    (tmp_path / "templates/actions").mkdir(parents=True)
    (tmp_path / "campaign_actions/staff/words.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates/actions/thanks.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_all_kinds_of_messages_are_extracted_sorted_by_source(checkout):
    found = [(m.context, m.source, m.plural) for m in messages_of_source(checkout)]

    assert found == [
        ("", "%(num)d day", "%(num)d days"),
        ("", "%(num)d hour", "%(num)d hours"),
        ("people", "%(num)d other", "%(num)d others"),
        ("", "%(num)d person", "%(num)d people"),
        ("time", "%(num)d second", "%(num)d seconds"),
        ("", "A block", None),
        ("state", "Closed", None),
        ("", "Later", None),
        ("", "Not noted", None),
        ("button", "Open", None),
        ("state", "Open", None),
        ("", "Thank you", None),
    ]


def test_a_message_collects_notes_and_places_from_all_its_files(checkout):
    thanks = next(m for m in messages_of_source(checkout) if m.source == "Thank you")

    assert thanks == Message(
        source="Thank you",
        notes=("greets who has signed", "on the form, at most 20 characters"),
        places=("campaign_actions/staff/words.py", "templates/actions/thanks.html"),
        area="form",
    )


def test_ordinary_comments_are_not_notes_for_translators(checkout):
    assert next(m for m in messages_of_source(checkout) if m.source == "Not noted").notes == ()


def test_the_template_changes_only_when_messages_change(checkout):
    before = template_of(messages_of_source(checkout))
    page = checkout / "templates/actions/thanks.html"

    page.write_text(f"<p>new lines</p>\n\n\n{PAGE}", encoding="utf-8")

    assert template_of(messages_of_source(checkout)) == before
    assert b"thanks.html:" not in before
    assert b"-Date" not in before


def test_the_template_is_read_back_completely(checkout, tmp_path):
    messages = messages_of_source(checkout)
    template = tmp_path / "messages.pot"

    template.write_bytes(template_of(messages))

    assert interface_messages(template) == tuple(messages)


def test_gettext_accepts_the_template(checkout, tmp_path):
    template = tmp_path / "messages.pot"
    template.write_bytes(template_of(messages_of_source(checkout)))
    begin = ["msginit", "--no-translator", "-l", "uk", "-i", template, "-o", "-"]

    try:
        result = subprocess.run(begin, capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("gettext is not installed")

    assert b'msgid "Thank you"' in result.stdout


@pytest.mark.parametrize(
    ("places", "area"),
    [
        (["templates/actions/show.html"], "form"),
        (["templates/mail/confirm.body.txt"], "mails"),
        (["templates/mail/staff-reset.body.txt"], "staff"),
        (["templates/site/privacy.html"], "privacy"),
        (["templates/site/privacy.html", "templates/layout/base.html"], "pages"),
        (["templates/staff/home.html", "templates/actions/thanks.html"], "form"),
        (["campaign_actions/core/errors.py"], "errors"),
        (["campaign_actions/web/staff/signatures/bulk_invalidate.py"], "staff"),
        (["campaign_actions/actions/kinds/pledge.py"], "form"),
        (["somewhere/else.py"], "pages"),
        ([], "pages"),
    ],
)
def test_a_message_belongs_to_the_first_area_of_its_files(places, area):
    assert area_of(places) == area


def test_every_file_with_messages_has_an_area():
    template = (TRANSLATIONS / "messages.pot").read_text()
    places = {
        place
        for line in template.splitlines()
        if line.startswith("#:")
        for place in line[2:].split()
    }

    assert {place for place in places if not has_area(place)} == set()
    assert len(places) > 100


def test_the_areas_are_those_that_a_language_can_need():
    assert {area for _pattern, area in PATTERNS} == {*AREAS}
