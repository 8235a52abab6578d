"""Fills in the forms of staff pages as a browser does, with all their values."""

from html.parser import HTMLParser

from campaign_actions.core.db.session import db


class Form(HTMLParser):
    """The fields of the POST forms on a page, with their values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.is_post, self.textarea, self.select = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.is_post = given.get("method") == "post" and "action" not in given
        if not self.is_post:
            return
        name = given.get("name", "")
        is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
        if tag == "input" and name and not is_off:
            self.fields[name] = given.get("value") or ""
        if tag == "textarea":
            self.textarea = name
            self.fields[name] = ""
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in given:
            self.fields[self.select] = given["value"]

    def handle_endtag(self, tag):
        if tag in {"textarea", "select"}:
            self.textarea = self.select = ""

    def handle_data(self, data):
        if self.textarea:
            text = self.fields[self.textarea] + data
            self.fields[self.textarea] = text.removeprefix("\n")


def fields_of(page: str) -> dict[str, str]:
    return Form(page).fields


def send(client, address: str, **changes):
    """Open a page, change fields (dots are written as two underscores), and submit its form."""
    fields = fields_of(client.get(address).text)
    fields |= {name.replace("__", "."): value for name, value in changes.items()}
    answer = client.post(address, data={k: v for k, v in fields.items() if v is not None})
    db.session.rollback()  # so that the test sees what was written
    return answer
