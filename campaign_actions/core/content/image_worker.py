"""A program of its own that makes an uploaded picture anew: `python -I picture_maker.py < upload`.

It decodes what a stranger may have made, so it runs apart: with little memory and time, and when
it is killed nothing else is. Nothing but pixels comes out: no metadata, no colour profile (it is
applied), no second frame, nothing that stood behind the picture.

Out come one line of JSON (`refused`, or `width`, `height` and `files`), then the files one after
another. It knows nothing of this house: only Pillow is imported.
"""

import json
import os
import resource
import sys
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE = 8000  # pixels
MAX_PIXELS = 40_000_000
MIN_WIDTH, MIN_HEIGHT = 600, 300  # smaller ones would be shown blown up
MAX_HEIGHT_TO_WIDTH, MAX_WIDTH_TO_HEIGHT = 2.0, 4.0  # height to width, width to height
WIDTHS = {"webp": (480, 960, 1600), "jpeg": (480, 960, 1200, 1600)}  # 1200: for shared links
MAX_WIDTH = 1600
ENCODER_OPTIONS = {
    "webp": {"quality": 78, "method": 4},
    "jpeg": {"quality": 80, "progressive": True},
}
MAX_MEMORY = 1024 * 1024 * 1024  # bytes of addresses
MAX_CPU_SECONDS = 20  # of work


class Rejected(Exception):
    """The argument is the reason, in a word that core/content/images.py has a sentence for."""


def main() -> None:
    _bound()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        head, files = process(sys.stdin.buffer.read())
    except Rejected as refusal:
        head, files = {"refused": str(refusal)}, []
    except (Image.DecompressionBombError, MemoryError):
        head, files = {"refused": "large"}, []
    except Exception:  # whatever a decoder says of what is broken
        head, files = {"refused": "broken"}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for file in files:
        sys.stdout.buffer.write(file)


def _bound() -> None:
    """To little memory and time, behind whoever signs.

    A unit that is closed up may not say so: there its own bounds hold, and whoever started us waits
    no longer than PATIENCE.
    """
    for kind, most in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_CPU_SECONDS)):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    with suppress(OSError):
        os.nice(10)


def process(data: bytes) -> tuple[dict[str, object], list[bytes]]:
    """What main() writes. Raises Refused, and what Pillow raises for what is broken."""
    image = _open(data)
    _check_size(*image.size)
    image.draft("RGB", (2 * MAX_SIDE // 5, 2 * MAX_SIDE // 5))  # a JPEG is decoded no larger
    image.load()
    image = _as_seen(image)
    width, height = image.size
    if height > MAX_HEIGHT_TO_WIDTH * width or width > MAX_WIDTH_TO_HEIGHT * height:
        raise Rejected("shape")
    files, described = [], []
    for form in WIDTHS:
        for wanted in widths_of(min(width, MAX_WIDTH), form):
            files.append(_file(image, form, wanted))
            described.append({"format": form, "width": wanted, "bytes": len(files[-1])})
    largest = min(width, MAX_WIDTH)
    shown = {"width": largest, "height": _height_at(image, largest), "files": described}
    return shown, files


def widths_of(largest: int, form: str) -> list[int]:
    """The widths in which a picture is kept, given its largest one; none is enlarged."""
    return sorted({width for width in WIDTHS[form] if width < largest} | {largest})


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise Rejected("kind") from None


def _check_size(width: int, height: int) -> None:
    """Before anything is decoded: what the file says of itself."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Rejected("large")
    if max(width, height) < MIN_WIDTH or min(width, height) < MIN_HEIGHT:
        raise Rejected("small")


def _as_seen(image: Image.Image) -> Image.Image:
    """The right way up, in sRGB with eight bits, on white where one can see through it."""
    image = ImageOps.exif_transpose(image)
    if image.width < MIN_WIDTH or image.height < MIN_HEIGHT:
        raise Rejected("small")
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"P", "PA", "LA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
    if profile:
        image = _in_srgb(image, profile)
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "#ffffff")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """With the colours that its profile means; a profile that is none of its kind is left out."""
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, srgb, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _height_at(image: Image.Image, width: int) -> int:
    return max(1, round(image.height * width / image.width))


def _file(image: Image.Image, form: str, width: int) -> bytes:
    """In a format and width; a new picture, so that nothing of the old one's facts is in it."""
    sized = image.resize(
        (width, _height_at(image, width)), Image.Resampling.LANCZOS, reducing_gap=3.0
    )
    sized.info.clear()
    target = BytesIO()
    sized.save(target, form, **ENCODER_OPTIONS[form])
    return target.getvalue()


if __name__ == "__main__":
    main()
