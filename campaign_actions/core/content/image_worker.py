"""A separate program that re-encodes an uploaded image: `python -I image_worker.py picture < upload`.

For `logo` and `icon` it makes one PNG file, which stays transparent where it is.

It decodes untrusted data, so it runs in its own process with limited memory and time, and killing it
affects nothing else. Only pixels come out: no metadata, no colour profile (it is applied), no second
frame, no trailing data.

It writes one line of JSON (`rejected`, or `width`, `height` and `files`), then the files one after
another. It imports nothing but Pillow.
"""

import json
import os
import resource
import sys
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE = 8000  # pixels
MAX_PIXELS = 40_000_000
MIN_WIDTH, MIN_HEIGHT = 600, 300  # pages would enlarge anything smaller
MAX_HEIGHT_TO_WIDTH, MAX_WIDTH_TO_HEIGHT = 2.0, 4.0
WIDTHS = {"webp": (320, 640, 960, 1600), "jpeg": (1200,)}  # jpeg: for shared links
MAX_WIDTH = 1600
MAX_PHONE_WIDTH = 640  # up to this width, files are for phones
MAX_PHONE_BYTES = 15_500  # of such a file: with its headers it is at most 16 kB
MAX_FACE_WIDTH, MAX_FACE_BYTES = 320, 8_000  # a portrait is small on a phone
QUALITY, MIN_QUALITY, QUALITY_STEP = 78, 20, 4  # of a WebP file
JPEG_OPTIONS = {"quality": 80, "progressive": True}
LOGO_SIZE, ICON_SIZE = (960, 160), (192, 192)  # pixels: they are shown 40 and 16 to 64 pixels high
MIN_LOGO_HEIGHT, MAX_LOGO_WIDTH_TO_HEIGHT = 48, 8.0
MAX_MEMORY = 1024 * 1024 * 1024  # bytes of address space
MAX_CPU_SECONDS = 20


class Rejected(Exception):
    """The argument is the reason: a key of REJECTIONS in core/content/images.py."""


def main() -> None:
    _limit_resources()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        data, purpose = sys.stdin.buffer.read(), sys.argv[1]
        head, files = process(data) if purpose == "picture" else process_logo(data, purpose)
    except Rejected as reason:
        head, files = {"rejected": str(reason)}, []
    except (Image.DecompressionBombError, MemoryError):
        head, files = {"rejected": "large"}, []
    except Exception:  # decoders raise all kinds of errors for broken files
        head, files = {"rejected": "broken"}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for file in files:
        sys.stdout.buffer.write(file)


def _limit_resources() -> None:
    """Limit memory and CPU time, and yield to processes that serve signers.

    A hardened systemd unit may forbid this: then its own limits apply, and the parent process waits no
    longer than WORKER_TIMEOUT_SECONDS.
    """
    for kind, limit in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_CPU_SECONDS)):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))
    with suppress(OSError):
        os.nice(10)


def process(data: bytes) -> tuple[dict[str, object], list[bytes]]:
    """The JSON line and the files. Raises Rejected, and Pillow's errors for broken files."""
    image = _open(data)
    _check_size(*image.size)
    image.draft("RGB", (2 * MAX_SIDE // 5, 2 * MAX_SIDE // 5))  # decode a JPEG at a reduced size
    image.load()
    image = _as_displayed(image)
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


def process_logo(data: bytes, purpose: str) -> tuple[dict[str, object], list[bytes]]:
    """The same for a logo, or for an icon, which becomes square."""
    image = _open(data)
    if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
        raise Rejected("large")
    image = _transparent(ImageOps.exif_transpose(image))
    if box := image.getchannel("A").getbbox():
        image = image.crop(box)  # an empty margin would make it look small
    if image.height < MIN_LOGO_HEIGHT:
        raise Rejected("small logo")
    if not 1 / 2 <= image.width / image.height <= MAX_LOGO_WIDTH_TO_HEIGHT:
        raise Rejected("logo shape")
    if purpose == "icon":
        image = ImageOps.pad(image, ICON_SIZE, Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    else:
        image.thumbnail(LOGO_SIZE, Image.Resampling.LANCZOS)
    image.info.clear()
    file = _encoded(image, "PNG", {"optimize": True})
    made = {"format": "png", "width": image.width, "bytes": len(file)}
    return {"width": image.width, "height": image.height, "files": [made]}, [file]


def widths_of(largest: int, form: str) -> list[int]:
    """The widths in which an image is stored, given its largest one; it is never enlarged."""
    return sorted({min(width, largest) for width in WIDTHS[form]})


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise Rejected("kind") from None
    # A JPEG of a telephone may contain a second, larger picture, which is not an animation.
    if image.format in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
        raise Rejected("animated")
    return image


def _check_size(width: int, height: int) -> None:
    """Check the size that the file declares, before anything is decoded."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Rejected("large")
    if max(width, height) < MIN_WIDTH or min(width, height) < MIN_HEIGHT:
        raise Rejected("small")


def _as_displayed(image: Image.Image) -> Image.Image:
    """Upright, in 8-bit sRGB, on white where it is transparent."""
    image = ImageOps.exif_transpose(image)
    if image.width < MIN_WIDTH or image.height < MIN_HEIGHT:
        raise Rejected("small")
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16-bit greyscale
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


def _transparent(image: Image.Image) -> Image.Image:
    """In 8-bit sRGB with an alpha channel."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    image = image.convert("RGBA")
    return _in_srgb(image, profile) if profile else image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert from its colour profile; an invalid profile is ignored."""
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
    """The image in a format and width, without any metadata."""
    sized = image.resize(
        (width, _height_at(image, width)), Image.Resampling.LANCZOS, reducing_gap=3.0
    )
    sized.info.clear()
    if form == "jpeg":
        return _encoded(sized, "JPEG", JPEG_OPTIONS)
    if width > MAX_PHONE_WIDTH:
        return _webp(sized, QUALITY)
    return _webp_for_phones(sized, MAX_FACE_BYTES if width <= MAX_FACE_WIDTH else MAX_PHONE_BYTES)


def _webp_for_phones(image: Image.Image, most: int) -> bytes:
    """At about the best quality that fits. A picture as busy as noise is blurred, just enough."""
    data = _webp(image, QUALITY)
    if len(data) <= most:
        return data
    radius, best = 0.0, _webp(image, MIN_QUALITY)
    while len(best) > most:
        radius = 2 * radius or 0.5
        best = _webp(image.filter(ImageFilter.GaussianBlur(radius)), MIN_QUALITY)
    blurred = image.filter(ImageFilter.GaussianBlur(radius)) if radius else image
    low, high = MIN_QUALITY, QUALITY
    while high - low > QUALITY_STEP:
        quality = (low + high) // 2
        data = _webp(blurred, quality)
        if len(data) > most:
            high = quality
        else:
            best, low = data, quality
    return best


def _webp(image: Image.Image, quality: int) -> bytes:
    return _encoded(image, "WEBP", {"quality": quality, "method": 4})


def _encoded(image: Image.Image, form: str, options: dict[str, int]) -> bytes:
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


if __name__ == "__main__":
    main()
