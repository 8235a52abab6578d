"""Checks of the rendered emails of an update."""

from collections.abc import Mapping

import structlog
from flask_babel import gettext as _

from campaign_actions.core.i18n.locale import language_here, locales
from campaign_actions.core.mail.render import RenderedMail, render_mail
from campaign_actions.updates.emails import links_of_test, template_values
from campaign_actions.updates.queries import find_update_text

log = structlog.get_logger()
# Some mail programs cut off longer emails, and with them the unsubscribe link.
MAX_HTML_BYTES = 100_000

Rendered = Mapping[str, RenderedMail | None]


def render_update(update_id: int, locale: str, *, is_test: bool = False) -> RenderedMail | None:
    """The email with test links; None if it has no text or cannot be rendered."""
    found = find_update_text(update_id, locale, locales=locales())
    if found is None:
        return None
    try:
        return render_mail(
            "update",
            locale=locale,
            values=template_values(found, locale, is_test=is_test),
            links=links_of_test(locale),
        )
    except Exception as error:  # a template may fail in any way
        log.error("update_not_written", update=update_id, locale=locale, exc_info=error)
        return None


def unrendered(rendered: Rendered) -> list[str]:
    return [
        _(
            "%(language)s: the email cannot be created. Ask someone with access to the server to"
            " check the log.",
            language=language_here(tag),
        )
        for tag, mail in rendered.items()
        if mail is None
    ]


def without_unsubscribe_link(rendered: Rendered) -> list[str]:
    return [
        _(
            "%(language)s: the unsubscribe link is missing. Tell someone with access to the"
            " server.",
            language=language_here(tag),
        )
        for tag, mail in rendered.items()
        if mail and not all("/unsubscribe/" in part for part in (mail.text, mail.html))
    ]


def too_large(rendered: Rendered) -> list[str]:
    return [
        _(
            "%(language)s: the email is so long that some email apps cut it off. Shorten the text.",
            language=language_here(tag),
        )
        for tag, mail in rendered.items()
        if mail and len(mail.html.encode()) > MAX_HTML_BYTES
    ]
