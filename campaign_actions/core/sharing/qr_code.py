"""QR codes as SVG, in ink on white in every theme, since not every phone reads them the other way round."""

from functools import lru_cache
from io import BytesIO

import segno
from flask import Flask
from markupsafe import Markup

ERROR_CORRECTION = "m"  # 15%: a poster gets wet, and a phone is held at an angle
PIXELS = 32  # of a module in a PNG
QUIET_ZONE = 4  # light modules around it (ISO/IEC 18004)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(qr_code=qr_code_of_page)


def qr_code(text: str, css_class: str = "qr") -> Markup:
    """A QR code without scripts and styles. It is decoration: the text must be on the page as well."""
    drawn = segno.make_qr(text, error=ERROR_CORRECTION).svg_inline(
        border=QUIET_ZONE, light="#fff", omitsize=True, svgclass=css_class, lineclass=None
    )
    hidden = '<svg aria-hidden="true" focusable="false" shape-rendering="crispEdges" '
    return Markup(drawn.replace("<svg ", hidden, 1))  # noqa: S704 - the text is in its pixels only


@lru_cache(maxsize=512)
def qr_code_of_page(address: str, css_class: str = "qr") -> Markup:
    """The same for a public address, kept in memory: making one takes 4 ms."""
    return qr_code(address, css_class)


def qr_code_file(text: str, kind: str) -> bytes:
    """The same as a file: "svg", or "png" that is sharp on paper of up to 15 cm."""
    file = BytesIO()
    drawn = segno.make_qr(text, error=ERROR_CORRECTION)
    drawn.save(
        file, kind=kind, border=QUIET_ZONE, light="#fff", scale=PIXELS if kind == "png" else 1
    )
    return file.getvalue()
