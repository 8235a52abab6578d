"""HTML that other sites put on their pages: a box with the demand and a button that links to the action.

It has no script, no picture and no cookie, and its link names the site and nothing about the reader.
"""

from markupsafe import Markup

from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.appearance import find_appearance
from campaign_actions.core.i18n.locale import direction
from campaign_actions.core.organization import accent_colour, organization_name
from campaign_actions.core.sharing.links import with_source
from campaign_actions.core.theme import house_accent
from campaign_actions.publishing.sharing.share_kit import address_of

# Styles in attributes: the site has none of our style sheets.
SNIPPET = Markup(
    '<div lang="{locale}" dir="{direction}" style="box-sizing:border-box;max-width:30em;padding:1.25em;'
    "border:1px solid #d8d3c7;border-top:6px solid {colour};background:#fff;color:#16181d;"
    'font:1rem/1.5 sans-serif">\n'
    '  <p style="margin:0 0 .25em;font-size:.875em">{organization}</p>\n'
    '  <p style="margin:0 0 1em;font-size:1.25em;font-weight:bold;line-height:1.3">{title}</p>\n'
    '  <p style="margin:0"><a href="{address}" referrerpolicy="no-referrer" style="display:inline-block;'
    "padding:.75em 1.25em;border-radius:3px;background:{colour};color:#fff;font-weight:bold;"
    'text-decoration:none">{button}</a></p>\n'
    "</div>"
)
PAGE = Markup(
    '<!DOCTYPE html><html lang="{locale}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
    '<body style="margin:0">{snippet}</body></html>'
)


def make_snippet(action: PublicAction, *, source: str) -> Markup:
    """In the colour of its campaign. `source`: the site, in the address of the link."""
    accent = find_appearance(action.campaign_id, action.locale).accent
    return SNIPPET.format(
        locale=action.locale,
        direction=direction(action.locale),
        colour=_colour(accent),
        organization=organization_name(action.locale),
        title=action.title,
        address=with_source(address_of(action), source),
        button=action.button,
    )


def snippet_page(action: PublicAction, snippet: Markup) -> Markup:
    """A page that shows it."""
    return PAGE.format(
        locale=action.locale,
        direction=direction(action.locale),
        title=action.title,
        snippet=snippet,
    )


def _colour(accent: str) -> str:
    """On which white text can be read."""
    colour = accent_colour(accent)
    return colour if colour.startswith("#") else house_accent("light", colour).fill
