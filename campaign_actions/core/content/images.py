"""Re-encodes uploaded images in the sizes that pages need, one at a time, behind a bulkhead."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import structlog
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from campaign_actions.core.bulkhead import Bulkhead
from campaign_actions.core.content import image_worker
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.formatting import megabytes, number

MAX_UPLOAD_BYTES = 10 * 1024 * 1024  # of an upload
SUFFIXES = {"webp": "webp", "jpeg": "jpg"}  # by format
MIMETYPES = {"webp": "image/webp", "jpeg": "image/jpeg"}
WORKER_TIMEOUT_SECONDS = 25  # for one image
BULKHEAD = Bulkhead("pictures", max_concurrent=1, max_queued=4, timeout=60)
log = structlog.get_logger()


class ImageRejected(DomainError):
    """The upload cannot be used as an image; `message` says why and what to do."""

    def __init__(self, reason: str) -> None:
        self.message = REJECTIONS[reason]  # type: ignore[misc]


REJECTIONS: dict[str, LazyString] = {
    "bytes": _l(
        "This file is larger than %(size)s. Save the picture smaller and choose it again.",
        size=LazyString(megabytes, MAX_UPLOAD_BYTES // 1024**2),
    ),
    "kind": _l(
        "This file is no JPEG, PNG or WebP picture. Save it as one of these and choose it again."
    ),
    "broken": _l(
        "This picture is broken: it cannot be read to its end. Save it anew and choose it again."
    ),
    "large": _l(
        "This picture is too large: at most %(side)s pixels on a side and %(all)s in all. Save it smaller.",
        side=LazyString(number, image_worker.MAX_SIDE),
        all=LazyString(number, image_worker.MAX_PIXELS),
    ),
    "small": _l(
        "This picture is too small: it would be blown up and blurred. It needs at least %(width)s by"
        " %(height)s pixels.",
        width=LazyString(number, image_worker.MIN_WIDTH),
        height=LazyString(number, image_worker.MIN_HEIGHT),
    ),
    "shape": _l(
        "This picture is too long and thin: at most twice as high as wide, or four times as wide as"
        " high. Cut it first."
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
    """Re-encode a JPEG, PNG or WebP upload: upright, in sRGB, without metadata.

    Time and memory are limited, whatever the file is, because a separate process decodes it.
    Raises ImageRejected, BulkheadFull.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise ImageRejected("bytes")
    command = [sys.executable, "-I", image_worker.__file__]
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
