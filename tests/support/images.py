"""Pictures for tests: valid ones and malicious files."""

import struct
import zlib
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

SECRET = b"SECRET-OF-THE-PHOTOGRAPHER"


def picture(
    width: int = 1200, height: int = 800, *, form: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """A picture, red in its upper left quarter and blue elsewhere, in a format that Pillow can write."""
    if not options:
        return _plain_picture(width, height, form, mode)
    return saved(_image(width, height, mode), form, **options)


@lru_cache(50)
def _plain_picture(width: int, height: int, form: str, mode: str) -> bytes:
    return saved(_image(width, height, mode), form)


def _image(width: int, height: int, mode: str) -> Image.Image:
    image = Image.new("RGB", (width, height), "#1f3f77")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill="#d02020")
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def picture_with_metadata(form: str = "JPEG") -> bytes:
    """A picture with private EXIF (with GPS) and XMP; a JPEG also has IPTC, a comment and trailing data."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (56.0, 51.0, 30.0), 3: "E", 4: (35.0, 54.0, 42.0)})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    data = picture(form=form, exif=exif, xmp=xmp)
    if form != "JPEG":
        return data
    iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET) + 5)
    iptc += b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET
    segments = _segment(0xED, iptc) + _segment(0xFE, SECRET)
    return data[:2] + segments + data[2:] + b"<script>" + SECRET + b"</script>PK\3\4"


def png_of(width: int, height: int, rows: bytes) -> bytes:
    """An 8-bit greyscale PNG that claims this size, whatever its data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    )


def decompression_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A picture that is small as a file, but two and a half gigabytes when decoded."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    return png_of(width, height, b"".join([packer.compress(row * 1000), packer.flush()]))


def text_bomb() -> bytes:
    """A picture of modest size, with a text that unpacks to 200 megabytes."""
    data = picture(form="PNG")
    text = b"Comment\0\0" + zlib.compress(b"a" * 200_000_000, 9)
    return data[:33] + _chunk(b"zTXt", text) + data[33:]


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
