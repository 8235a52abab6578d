"""Messages to translate in tests, of every kind."""

from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.core.i18n.message import Message

READ = Message(source="Please read this before you sign.", area="form")
SIGN = Message(source="Sign %(title)s", area="form", places=("templates/actions/show.html",))
BUTTON = Message(context="button", source="Sign", area="form", max_length=12)
PEOPLE = Message(source="%(num)d person", plural="%(num)d people", area="pages")
KEPT = Message(source='Read <a href="/en/data/">what we <b>keep</b></a>.', area="privacy")
DATA = Message(source="Read [our data](/en/data/).", markup="markdown", area="copy")
HEADING = Message(source="## What we ask", markup="markdown", area="copy")
POINTS = Message(source="- **One** of us\n- **Two** of us", markup="markdown", area="copy")
MESSAGES = (READ, SIGN, BUTTON, PEOPLE, KEPT, DATA, HEADING, POINTS)

HEADER = "".join(f'"{name}: {value}\\n"\n' for name, value in headers_for("uk").items())


def po(*entries: str, header: str = HEADER) -> bytes:
    """A Ukrainian catalog file with these entries."""
    return "\n".join([f'msgid ""\nmsgstr ""\n{header}', *entries]).encode()


def entry(message: Message, *forms: str, above: str = "") -> str:
    lines = [above] if above else []
    if message.context:
        lines.append(f"msgctxt {quoted(message.context)}")
    lines.append(f"msgid {quoted(message.source)}")
    if message.plural:
        lines.append(f"msgid_plural {quoted(message.plural)}")
        lines += [f"msgstr[{number}] {quoted(form)}" for number, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {quoted(forms[0])}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
