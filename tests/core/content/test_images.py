"""Uploads become images with nothing but their pixels, or are rejected with a reason."""

import io
import multiprocessing
import resource
import struct
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random

import pytest
from PIL import Image, ImageCms

from campaign_actions.core.content import image_worker
from campaign_actions.core.content.images import (
    MAX_LOGO_BYTES,
    MAX_UPLOAD_BYTES,
    REJECTIONS,
    ImageRejected,
    process_image,
    process_logo,
)
from tests.support.images import (
    SECRET,
    decompression_bomb,
    picture,
    picture_with_metadata,
    png_of,
    saved,
    text_bomb,
)

RED, BLUE, WHITE = (208, 32, 32), (31, 63, 119), (255, 255, 255)


def decode(made, width=640, form="webp") -> Image.Image:
    return Image.open(io.BytesIO(made.files[width, form]))


def is_near(colour, wanted, by=16) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


def corners(image):
    """Upper left and lower right."""
    image = image.convert("RGB")
    return image.getpixel((20, 20)), image.getpixel((image.width - 20, image.height - 20))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_image_is_stored_in_all_sizes_and_both_formats(form):
    made = process_image(picture(3000, 2000, form=form))

    assert sorted(made.files) == sorted(
        [(width, "webp") for width in (320, 640, 960, 1600)] + [(1200, "jpeg")]
    )
    assert (made.width, made.height) == (1600, 1067)
    for (width, name), data in made.files.items():
        image = Image.open(io.BytesIO(data))
        assert (image.format, image.mode) == (name.upper(), "RGB")
        assert image.size == (width, round(width * 2 / 3))
        assert is_near(corners(image)[0], RED)
        assert is_near(corners(image)[1], BLUE)


@pytest.mark.parametrize(
    ("width", "widths"), [(600, [320, 600]), (960, [320, 640, 960]), (1000, [320, 640, 960, 1000])]
)
def test_no_image_is_enlarged(width, widths):
    made = process_image(picture(width, 400))

    assert sorted(w for w, form in made.files if form == "webp") == widths
    assert (made.width, made.height) == (width, 400)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_is_left(form):
    data = picture_with_metadata(form)
    assert SECRET in data

    made = process_image(data)

    for name, file in made.files.items():
        image = Image.open(io.BytesIO(file))
        assert SECRET not in file, name
        for word in (b"Exif", b"EXIF", b"XMP", b"xmp", b"ICCP", b"ICC_PROFILE", b"8BIM", b"script"):
            assert word not in file, (name, word)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop"} | {
            *("background", "timestamp", "duration", "progressive", "progression")
        }


@pytest.mark.parametrize("orientation", range(2, 9))
def test_an_image_is_rotated_as_its_exif_says(orientation):
    upright = Image.open(io.BytesIO(picture(900, 600)))
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # by orientation, as Pillow numbers them
    stored = upright.transpose(Image.Transpose(inverse[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation

    made = process_image(saved(stored, "JPEG", exif=exif))

    assert (made.width, made.height) == (900, 600)
    assert is_near(corners(decode(made))[0], RED)


def test_a_cmyk_image_becomes_rgb():
    made = process_image(picture(form="JPEG", mode="CMYK"))

    assert is_near(corners(decode(made))[0], RED, by=40)


def test_16_bit_greyscale_becomes_8_bit():
    image = Image.new("I;16", (800, 600), 0x8000)

    made = process_image(saved(image, "PNG"))

    assert is_near(decode(made).convert("RGB").getpixel((100, 100)), (128, 128, 128), by=3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_filled_with_white(mode):
    image = Image.new("RGBA", (800, 600), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}

    made = process_image(saved(image, "PNG", **options))

    assert is_near(decode(made).convert("RGB").getpixel((100, 100)), WHITE, by=3)


@pytest.mark.parametrize("mode", ["1", "L"])
def test_black_and_white_images_are_accepted(mode):
    assert decode(process_image(picture(form="PNG", mode=mode))).mode == "RGB"


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_an_animation_is_rejected(form):
    frames = [Image.new("RGB", (800, 600), colour) for colour in ("#d02020", "#1f3f77")]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:])

    with pytest.raises(ImageRejected) as rejected:
        process_image(data)

    assert "The picture moves." in str(rejected.value.message)


def test_the_second_picture_in_a_photo_from_a_telephone_is_no_animation():
    frames = [Image.new("RGB", (800, 600), colour) for colour in ("#d02020", "#1f3f77")]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])

    made = process_image(data)

    assert is_near(corners(decode(made))[0], RED)


def photograph(width: int, height: int, seed: int) -> Image.Image:
    """As busy as a photograph: soft shapes, edges and noise of all sizes."""
    random, image = Random(seed), Image.new("RGB", (width, height), "#806040")
    for octave in (8, 32, 128, 512):
        size = (octave, max(1, octave * height // width))
        noise = Image.frombytes("RGB", size, random.randbytes(3 * size[0] * size[1]))
        image = Image.blend(image, noise.resize((width, height), Image.Resampling.BICUBIC), 0.4)
    return image


@pytest.mark.parametrize("size", [(1600, 2000), (1800, 1200), (600, 1200), (2400, 600)])
def test_files_for_phones_are_at_most_16_kilobytes(size):
    made = process_image(saved(photograph(*size, seed=1), "JPEG", quality=92))

    sizes = {key: len(data) for key, data in made.files.items()}
    files = {width: sizes[width, form] for width, form in sizes if width <= 640 and form == "webp"}
    assert len(files) == 2
    assert max(files.values()) <= 15_500
    assert min(files.values()) > 4000, "the quality is not lowered further than needed"


def test_even_pure_noise_fits():
    noise = Image.frombytes("RGB", (800, 1600), Random(1).randbytes(3 * 800 * 1600))

    made = process_image(saved(noise, "PNG"))

    assert max(len(made.files[width, "webp"]) for width in (320, 640)) <= 15_500


def test_colours_are_converted_from_the_colour_profile():
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    _swap_red_and_blue(swapped)

    made = process_image(picture(icc_profile=bytes(swapped)))

    red, _green, blue = corners(decode(made))[0]
    assert blue > red, "the profile says that red means blue"


def _swap_red_and_blue(profile: bytearray) -> None:
    """Swap the names of the two colourants in the tag table."""
    count = struct.unpack(">I", profile[128:132])[0]
    for place in range(132, 132 + 12 * count, 12):
        name = bytes(profile[place : place + 4])
        profile[place : place + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 128], ids=["words", "zeros"])
def test_an_invalid_colour_profile_is_ignored(profile):
    assert is_near(corners(decode(process_image(picture(icc_profile=profile))))[0], RED)


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="800" height="600"/>',
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj<<>>endobj",
    "gif": saved(Image.new("RGB", (800, 600)), "GIF"),
    "tiff": saved(Image.new("RGB", (800, 600)), "TIFF"),
    "bmp": saved(Image.new("RGB", (800, 600)), "BMP"),
    "program": b"MZ\x90\0" + b"\0" * 1000,
    "words": b"This is no picture.",
    "nothing": b"",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 800 600\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_file_of_another_kind_is_rejected(app_context, data):
    assert "not a JPEG, PNG or WebP" in rejection(data)


BROKEN = {
    "cut off": lambda: picture()[:3000],
    "cut off png": lambda: picture(form="PNG")[:400],
    "cut off webp": lambda: picture(form="WEBP")[:300],
    "only a head": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "a wrong checksum": lambda: picture(form="PNG")[:20] + b"xxxx" + picture(form="PNG")[24:],
    "too few rows": lambda: png_of(800, 600, b"x\x9c\x03\0\0\0\0\x01"),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_a_broken_image_is_rejected(app_context, make):
    assert rejection(make()).startswith(("The picture is damaged", "The file is not a JPEG"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (partial(picture, 8001, 400, form="PNG"), "too large"),
        (partial(picture, 7000, 7000, form="PNG"), "too large"),
        (decompression_bomb, "too large"),
        (partial(decompression_bomb, 60_000, 700), "too large"),
        (partial(picture, 599, 400), "too small"),
        (partial(picture, 800, 299), "too small"),
        (partial(picture, 1, 1, form="PNG"), "too small"),
        (partial(picture, 600, 1300), "too narrow or too wide"),
        (partial(picture, 4000, 700), "too narrow or too wide"),
        (partial(bytes, MAX_UPLOAD_BYTES + 1), "larger than 10 MB"),
    ],
    ids=[
        "side",
        "pixels",
        "decompression_bomb",
        "wide decompression_bomb",
        "narrow",
        "low",
        "dot",
        "high",
        "wide",
        "bytes",
    ],
)
def test_an_image_of_unusable_size_is_rejected_with_advice(app_context, make, words):
    assert words in rejection(make())


def test_a_compressed_text_chunk_that_expands_hugely_is_harmless(app_context):
    assert rejection(text_bomb()).startswith("The picture is damaged")


@pytest.mark.slow
def test_decompression_bombs_cost_neither_time_nor_memory():
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as process:  # without other child processes
        seconds, memory = process.submit(cost_of_bombs).result()

    assert seconds < 20
    assert memory < 600 * 1024, "kB"


@pytest.mark.slow
def test_the_largest_accepted_image_stays_within_the_limits():
    made = process_image(picture(8000, 5000, form="PNG"))

    assert made.width == 1600


def test_a_runaway_decoder_is_killed(app_context, monkeypatch, tmp_path):
    wild = tmp_path / "wild.py"
    wild.write_text("import os, sys\nsys.stdin.buffer.read()\nos.kill(os.getpid(), 11)\n")
    monkeypatch.setattr(image_worker, "__file__", str(wild))

    assert rejection(picture()).startswith("The picture is damaged")


def cost_of_bombs() -> tuple[float, int]:
    """Seconds, and the peak memory of a child process in kB."""
    started = time.monotonic()
    for data in (decompression_bomb(), text_bomb(), decompression_bomb(30_000, 30_000)):
        with pytest.raises(ImageRejected):
            process_image(data)
    return time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def rejection(data: bytes) -> str:
    """Why an image is rejected."""
    with pytest.raises(ImageRejected) as caught:
        process_image(data)
    return str(caught.value.message)


@pytest.fixture
def app_context(apps):
    """For the language of the messages; the database is not used."""
    with apps["sqlite"].app_context():
        yield


# --- logos


def logo(width: int = 1200, height: int = 300) -> bytes:
    """A disc on a transparent ground, with a wide margin."""
    image = Image.new("RGBA", (width + 200, height + 200), (0, 0, 0, 0))
    image.paste((31, 63, 119, 255), (100, 100, 100 + width, 100 + height))
    return saved(image, "PNG")


def made_logo(data: bytes, purpose: str = "logo") -> Image.Image:
    made = process_logo(data, purpose)
    ((width, form),) = made.files
    image = Image.open(io.BytesIO(made.files[width, form]))
    assert (image.format, image.size) == ("PNG", (made.width, made.height))
    return image


def test_a_logo_stays_transparent_and_loses_its_empty_margin():
    image = made_logo(logo())

    assert image.mode == "RGBA"
    assert image.size == (640, 160)
    assert image.getpixel((320, 80)) == (31, 63, 119, 255)


def test_an_icon_becomes_square_without_being_cropped():
    image = made_logo(logo(), "icon")

    assert image.size == (192, 192)
    assert image.getpixel((96, 10))[3] == 0
    assert image.getpixel((4, 96))[3] == 255


def test_an_icon_can_be_made_from_a_stored_logo():
    stored = process_logo(logo(2400, 300), "logo")

    assert made_logo(*stored.files.values(), "icon").size == (192, 192)


def test_the_metadata_of_a_logo_is_gone():
    (data,) = process_logo(picture_with_metadata("PNG"), "logo").files.values()

    assert SECRET not in data


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED_LOGOS = {
    "svg": SVG,
    "svg with a declaration": b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG,
    "svg with a comment": b"  <!-- made by hand -->" + SVG,
    "logo bytes": b"x" * (MAX_LOGO_BYTES + 1),
    "kind": b"GIF89a" + b"x" * 100,
    "small logo": logo(100, 40),
    "logo shape": logo(1200, 100),
    "large": png_of(9000, 100, b""),
    "broken": logo()[:600],
}


@pytest.mark.parametrize("reason", REFUSED_LOGOS)
def test_other_files_are_refused_as_logos_with_the_reason(reason):
    with pytest.raises(ImageRejected) as caught:
        process_logo(REFUSED_LOGOS[reason], "logo")

    expected = "svg" if reason.startswith("svg") else reason
    assert caught.value.message is REJECTIONS[expected]
