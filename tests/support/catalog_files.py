"""Uploads catalog files on the translators' pages."""

import html
import re
from io import BytesIO

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.staff_client import token_of

FILES = "/staff/translations/uk/interface/files/"


def upload(client, data: bytes, *, page: str = FILES, **fields):
    token = token_of(client.get(page).text)
    file = FileStorage(BytesIO(data), filename="uk.po")
    boundary, body = encode_multipart({"csrf_token": token, "file": file, **fields})
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.post(f"{page}upload/", data=body, content_type=content_type)


def filled(data: bytes, translations: dict[str, str]) -> bytes:
    """A .po file with these translations, by source text, as an editor would save it."""
    text = data.decode()
    for source, translation in translations.items():
        text = _fill(text, source, translation)
    return text.encode()


def _fill(text: str, source: str, translation: str) -> str:
    for entry in text.split("\n\n"):
        found = re.search(r'^msgid (.*?)^msgstr ""$', entry, re.DOTALL | re.MULTILINE)
        if found and "".join(re.findall(r'"(.*)"', found[1])) == source:
            return text.replace(entry, entry.replace('\nmsgstr ""', f'\nmsgstr "{translation}"'))
    raise LookupError(source)


def figures(answer) -> dict[str, str]:
    """The numbers on the page after an upload, by name."""
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", answer.text))


def decision(page: str, *keys: str) -> dict:
    """The form data of a page with conflicts, with these keys ticked."""
    fields: dict = {"csrf_token": token_of(page), "take": list(keys)}
    for name, value in re.findall(r'name="((?:form|read)-[0-9a-f]+)" value="([^"]*)"', page):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields
