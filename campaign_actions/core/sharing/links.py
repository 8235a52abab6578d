"""Links that share a page: messengers, networks, email and text message, as each language uses them.

An address that is passed on says by which channel (`?source=telegram`), and nothing about the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask
from flask_babel import LazyString, lazy_pgettext

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.locale import current_locale, is_language
from campaign_actions.core.services import Service

ANY_LANGUAGE = "*"


@dataclass(frozen=True)
class Channel:
    """How to share by one service. `pattern` is its address, with placeholders in braces.

    {address} is the page, {title} its title, {text} what to say about it, {message} text and page.
    """

    label: str | LazyString
    pattern: str


CHANNELS: Mapping[str, Channel] = {
    "whatsapp": Channel("WhatsApp", "https://wa.me/?text={message}"),
    "telegram": Channel("Telegram", "https://t.me/share/url?url={address}&text={text}"),
    "viber": Channel("Viber", "viber://forward?text={message}"),
    "vk": Channel("VK", "https://vk.com/share.php?url={address}&title={text}"),
    "facebook": Channel("Facebook", "https://www.facebook.com/sharer/sharer.php?u={address}"),
    "x": Channel("X", "https://x.com/intent/post?url={address}&text={text}"),
    "bluesky": Channel("Bluesky", "https://bsky.app/intent/compose?text={message}"),
    # Translators: a way to share a page, in a list with WhatsApp and Telegram
    "email": Channel(lazy_pgettext("share", "Email"), "mailto:?subject={title}&body={message}"),
    # Translators: a way to share a page, in a list with WhatsApp and Telegram: by SMS
    "sms": Channel(lazy_pgettext("share", "Text message"), "sms:?&body={message}"),
}
Choice = Mapping[str, tuple[str, ...]]  # channels by language
share_channels = Service[Choice]("share_channels")


@dataclass(frozen=True)
class ShareLink:
    label: str
    address: str
    takes_text: bool = True  # or only the page


def init_app(app: Flask) -> None:
    """Read SHARE_CHANNELS. Raises WrongSetting."""
    share_channels.provide(app, _read_choice(app.config["SHARE_CHANNELS"]))
    app.jinja_env.globals.update(share_links=share_links, with_source=with_source)


def with_source(address: str, source: str) -> str:
    """The address for one channel."""
    return f"{address}?source={source}"


def share_links(address: str, *, title: str, text: str) -> list[ShareLink]:
    """The links of the language of the page, in its order. `address`: absolute, without a query."""
    return [
        share_link(name, with_source(address, name), title=title, text=text)
        for name in _names(current_locale())
    ]


def share_link(name: str, page: str, *, title: str, text: str) -> ShareLink:
    """The link of one of CHANNELS. `page`: the address to share, with the source that it is to have."""
    channel = CHANNELS[name]
    values = {"address": page, "title": title, "text": text, "message": f"{text}\n{page}"}
    encoded = {key: quote(value, safe="") for key, value in values.items()}
    takes_text = any(part in channel.pattern for part in ("{text}", "{message}"))
    return ShareLink(str(channel.label), channel.pattern.format(**encoded), takes_text)


def channels_of(locale: str) -> dict[str, str]:
    """The names of the channels of a language with their labels, in its order."""
    return {name: str(CHANNELS[name].label) for name in _names(locale)}


def _names(locale: str) -> tuple[str, ...]:
    choice = share_channels()
    return choice.get(locale) or choice.get(ANY_LANGUAGE) or tuple(CHANNELS)


def _read_choice(setting: list[str]) -> Choice:
    choice = {}
    for entry in setting:
        language, _equals, names = entry.partition("=")
        if language != ANY_LANGUAGE and not is_language(language):
            raise WrongSetting(
                f"SHARE_CHANNELS has {entry!r}. Write a language tag or *, an equals sign and the"
                " channels with spaces between them, such as ru=telegram vk email."
            )
        for name in names.split():
            if name not in CHANNELS:
                raise WrongSetting(
                    f"SHARE_CHANNELS has the unknown channel {name!r}. Use {', '.join(CHANNELS)}."
                )
        choice[language] = tuple(dict.fromkeys(names.split()))
    return choice
