"""Re-encodes uploaded images in the sizes that pages need, one at a time, behind a bulkhead."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import structlog
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from PIL import Image

from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.content import image_worker
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.formatting import megabytes, number

MAX_UPLOAD_BYTES = 10 * 1024 * 1024  # of a picture
MAX_LOGO_BYTES = 1024 * 1024
LOGO_COLOURS = 64  # of a logo in emails
Purpose = Literal["picture", "logo", "icon"]
SUFFIXES = {"webp": "webp", "jpeg": "jpg"}  # by format
MIMETYPES = {"webp": "image/webp", "jpeg": "image/jpeg"}
WORKER_TIMEOUT_SECONDS = 25  # for one image
BULKHEAD = Bulkhead("pictures", max_concurrent=1, max_queued=4, timeout=60)
SVG = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE|!--|svg)", re.IGNORECASE)
log = structlog.get_logger()


class ImageRejected(DomainError):
    """The upload cannot be used as an image; `message` says why and what to do."""

    def __init__(self, reason: str) -> None:
        self.message = REJECTIONS[reason]


REJECTIONS: dict[str, LazyString] = {
    "bytes": _l(
        "The file is larger than %(size)s. Make the picture smaller and choose it again.",
        size=LazyString(megabytes, MAX_UPLOAD_BYTES // 1024**2),
    ),
    "kind": _l(
        "The file is not a JPEG, PNG or WebP picture. Save it in one of these formats and"
        " choose it again."
    ),
    "animated": _l(
        "The picture moves. Choose one that does not move, or save one frame of it as a picture."
    ),
    "broken": _l(
        "The picture is damaged and cannot be read. Save it again, then choose the new file."
    ),
    "large": _l(
        "The picture is too large. The limit is %(side)s pixels per side and %(all)s in"
        " total. Make it smaller and choose it again.",
        side=LazyString(number, image_worker.MAX_SIDE),
        all=LazyString(number, image_worker.MAX_PIXELS),
    ),
    "small": _l(
        "The picture is too small and would look blurred. Choose one of at least %(width)s"
        " by %(height)s pixels.",
        width=LazyString(number, image_worker.MIN_WIDTH),
        height=LazyString(number, image_worker.MIN_HEIGHT),
    ),
    "logo bytes": _l(
        "The file is larger than %(size)s. Save the logo with fewer pixels and choose it again.",
        size=LazyString(megabytes, MAX_LOGO_BYTES // 1024**2),
    ),
    "svg": _l(
        "This is an SVG file, which can contain scripts. Save the logo as a PNG file, at least"
        " %(height)s pixels high, and choose that.",
        height=LazyString(number, image_worker.LOGO_SIZE[1]),
    ),
    "small logo": _l(
        "The logo is too small and would look blurred. Choose one that is at least %(height)s"
        " pixels high.",
        height=LazyString(number, image_worker.MIN_LOGO_HEIGHT),
    ),
    "logo shape": _l(
        "The logo is too narrow or too wide. Its height can be at most twice its width, and its"
        " width eight times its height. Crop it and choose it again."
    ),
    "shape": _l(
        "The picture is too narrow or too wide. Its height can be at most twice its width,"
        " and its width four times its height. Crop it and choose it again."
    ),
}


@dataclass(frozen=True)
class ProcessedImage:
    """An image in all its sizes, as bytes by (width, format); `width` and `height` of the largest."""

    width: int
    height: int
    files: dict[tuple[int, str], bytes]


def widths_of(largest: int, form: str) -> list[int]:
    """The widths in which an image is stored, given its largest one; it is never enlarged."""
    return image_worker.widths_of(largest, form)


def process_image(data: bytes) -> ProcessedImage:
    """Re-encode a JPEG, PNG or WebP upload in all sizes: upright, in sRGB, without metadata.

    Raises ImageRejected, BulkheadFull.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise ImageRejected("bytes")
    return _process(data, "picture")


def process_logo(data: bytes, purpose: Literal["logo", "icon"]) -> ProcessedImage:
    """The same for a logo or an icon, as one PNG file. Raises ImageRejected, BulkheadFull."""
    if len(data) > MAX_LOGO_BYTES:
        raise ImageRejected("logo bytes")
    if SVG.match(data):
        raise ImageRejected("svg")
    return _process(data, purpose)


def small_logo(png: bytes, height: int) -> bytes:
    """A logo that we made ourselves, scaled down and with few colours."""
    image = Image.open(BytesIO(png))
    image.thumbnail((image.width, height), Image.Resampling.LANCZOS)
    target = BytesIO()
    image.quantize(LOGO_COLOURS, Image.Quantize.FASTOCTREE).save(target, "PNG", optimize=True)
    return target.getvalue()


def _process(data: bytes, purpose: Purpose) -> ProcessedImage:
    """Run the worker.

    Time and memory are limited, whatever the file is, because a separate process decodes it.
    Raises ImageRejected, BulkheadFull.
    """
    command = [sys.executable, "-I", image_worker.__file__, purpose]
    try:
        with BULKHEAD.enter():
            result = subprocess.run(  # noqa: S603 - our own program, by its path
                command, input=data, capture_output=True, timeout=WORKER_TIMEOUT_SECONDS
            )
    except subprocess.TimeoutExpired:
        log.warning("picture_took_too_long", size=len(data))
        raise ImageRejected("large") from None
    if result.returncode != 0 or b"\n" not in result.stdout:
        log.warning("picture_maker_ended", code=result.returncode)
        raise ImageRejected("broken")
    head, _newline, files = result.stdout.partition(b"\n")
    return _read(json.loads(head), files)


def _read(head: dict[str, Any], data: bytes) -> ProcessedImage:
    if "rejected" in head:
        raise ImageRejected(head["rejected"])
    files, offset = {}, 0
    for file in head["files"]:
        files[file["width"], file["format"]] = data[offset : offset + file["bytes"]]
        offset += file["bytes"]
    return ProcessedImage(head["width"], head["height"], files)
