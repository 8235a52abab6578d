"""QR codes: plain SVG that phones can read."""

from xml.etree import ElementTree

import segno

from campaign_actions.core.sharing.qr_code import QUIET_ZONE, qr_code

ADDRESS = "https://actions.example.org/en/campaigns/racism/hate-crimes/?source=poster"


def test_it_has_the_modules_of_the_text_and_a_light_border():
    svg = ElementTree.fromstring(qr_code(ADDRESS))

    _x, _y, width, height = map(int, svg.get("viewBox", "").split())
    modules = segno.make_qr(ADDRESS, error="m").matrix
    assert width == height == len(modules) + 2 * QUIET_ZONE
    ground, dark = svg
    assert (ground.get("fill"), dark.get("stroke")) == ("#fff", "#000")


def test_it_has_no_script_no_style_and_nothing_of_the_text():
    svg = qr_code('"><script>alert(1)</script>')

    assert "script" not in svg
    assert "style" not in svg
    assert 'aria-hidden="true"' in svg
