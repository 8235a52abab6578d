"""Fills in the form for signers: reads the page with a client, and posts the form."""

from html.parser import HTMLParser

PAGE = "/en/campaigns/racism/hate-crimes/"


ADA = {"given_name": "Ada", "family_name": "", "email": "ada@example.org", "country": "RU"}


class Inputs(HTMLParser):
    """The hidden inputs of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value") or ""


def hidden_inputs(client, address: str = PAGE) -> dict[str, str]:
    return Inputs(client.get(address).text).hidden


def post(client, address: str = PAGE, /, *, headers=None, **changes):
    fields = hidden_inputs(client, address.partition("?")[0]) | ADA | changes
    given = {name: value for name, value in fields.items() if value is not None}
    return client.post(address, data=given, headers=headers)
