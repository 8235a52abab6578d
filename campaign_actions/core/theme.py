"""The accents that a campaign can choose from.

Their colours are in static/css/tokens.css, as classes like `accent-violet`; tests/core/test_theme.py checks
the contrast of every pair that pages use.
"""

from flask_babel import lazy_gettext as _l

DEFAULT_ACCENT = "red"
ACCENTS = {
    # Translators: the colour of the button and the meter of a campaign
    "red": _l("Red"),
    "brown": _l("Brown"),
    "olive": _l("Olive"),
    # Translators: a dark green-blue
    "teal": _l("Teal"),
    "blue": _l("Blue"),
    "violet": _l("Violet"),
    # Translators: a dark red-violet, like the fruit
    "plum": _l("Plum"),
}
