"""What becomes of the pictures that people upload."""

import base64
import threading
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from scf_report.storage import images
from scf_report.storage.images import CleanPhoto, PhotoProblem, PhotoRefused, clean_photo

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)
CORNERS = {"R": RED, "G": GREEN, "B": BLUE, "W": WHITE}

# 64 x 32, red left and blue right, turned clockwise to 32 x 64 by "irot"; its EXIF says so a
# second time (orientation 6) and holds a GPS position and the maker "TestPhone".
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAACQAAgAAAAACEAABAAAAAAAAAHwAAAA4aWlu"
    "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAB"
    "B2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAA"
    "AAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAa"
    "aXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAKhtZGF0AAAAICgBrxmA70mlv//cOZ/1Ni/4Xshf/6xod84un+4dI21v"
    "AAAABkV4aWYAAE1NACoAAAAIAAMBDwACAAAACgAAADIBEgADAAAAAQAGAACIJQAEAAAAAQAAADwAAAAAVGVzdFBo"
    "b25lAAACAAEAAgAAAAJOAAAAAAIABQAAAAMAAABaAAAAAAAAACkAAAABAAAANAAAAAEAAAA2AAAAAQ=="
)


def corners(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Draw a picture with red, green, blue, white in its corners (reading order)."""
    width, height = size
    picture = Image.new("RGB", size, RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    return picture


def file(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Save a picture the way a phone or a program would."""
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def seen(photo: CleanPhoto) -> str:
    """Name the colors of the corners in reading order."""
    picture = Image.open(BytesIO(photo.data))
    assert picture.mode == "RGB"
    right, bottom = photo.width - 4, photo.height - 4
    return "".join(
        min(CORNERS, key=lambda name: distance(pixel(picture, at), CORNERS[name]))
        for at in ((3, 3), (right, 3), (3, bottom), (right, bottom))
    )


def pixel(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    """Read one RGB pixel."""
    value = picture.getpixel(at)
    assert isinstance(value, tuple)
    return tuple(int(part) for part in value)


def middle(photo: CleanPhoto) -> tuple[int, ...]:
    """Read the pixel in the middle."""
    return pixel(Image.open(BytesIO(photo.data)), (photo.width // 2, photo.height // 2))


def distance(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """Say how far two colors lie apart, in the worst channel."""
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def segments(jpeg: bytes) -> list[int]:
    """List the markers of a JPEG before its first scan (ISO/IEC 10918-1, annex B)."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def located(orientation: int) -> Image.Exif:
    """Build EXIF that gives the reporter away: place, camera, and how the phone was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "TestPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 52.0, 54.0), 3: "W", 4: (87.0, 37.0, 40.0)})
    return exif


@pytest.mark.parametrize(
    ("orientation", "upright"),
    list(enumerate(["RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"], start=1)),
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_is_turned_upright_and_its_place_is_gone(
    kind: str, orientation: int, upright: str
) -> None:
    """All eight ways to hold a phone end upright; position and camera do not survive."""
    photo = clean_photo(file(corners(), kind, exif=located(orientation)))
    assert seen(photo) == upright
    assert (photo.width, photo.height) == ((96, 64) if orientation < 5 else (64, 96))
    assert b"TestPhone" not in photo.data
    assert not Image.open(BytesIO(photo.data)).getexif()


def test_nothing_but_the_picture_survives() -> None:
    """EXIF with a thumbnail, comment, XMP and color profile are gone, segment by segment."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    dirty = file(
        corners(),
        "JPEG",
        exif=located(1),
        comment=b"secret comment",
        xmp=b"<x:xmpmeta>secret xmp</x:xmpmeta>",
        icc_profile=srgb,
    )
    assert {0xE1, 0xE2, 0xFE} <= set(segments(dirty))
    assert images.carries_metadata(dirty)
    photo = clean_photo(dirty)
    assert photo.content_type == "image/jpeg"
    assert {marker for marker in segments(photo.data) if marker >= 0xE0} == {0xE0}
    assert not images.carries_metadata(photo.data)
    assert b"secret" not in photo.data
    assert photo.data.endswith(b"\xff\xd9")


def test_comment_alone_is_gone() -> None:
    """A comment does not slip through where nothing else has to be converted."""
    dirty = file(corners(), "JPEG", comment=b"secret comment")
    assert b"secret" in dirty
    assert b"secret" not in clean_photo(dirty).data


def test_text_of_a_png_is_gone() -> None:
    """A title or comment inside a PNG does not travel into the JPEG."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret")
    notes.add_itxt("XML:com.adobe.xmp", "<x>secret</x>", zip=True)
    photo = clean_photo(file(corners(), "PNG", pnginfo=notes))
    assert b"secret" not in photo.data
    assert seen(photo) == "RGBW"


def test_bytes_after_the_picture_are_gone() -> None:
    """A file hidden behind the picture's end is not passed on."""
    assert (
        b"PK\x03\x04" not in clean_photo(file(corners(), "JPEG") + b"PK\x03\x04 archive").data
    )


@pytest.mark.parametrize(
    ("size", "kept"),
    [((3000, 1500), (2048, 1024)), ((1000, 4096), (500, 2048)), ((2048, 9), (2048, 9))],
)
def test_longest_side_is_bounded(size: tuple[int, int], kept: tuple[int, int]) -> None:
    """Large photos shrink to 2048 pixels in proportion; small ones stay as they are."""
    photo = clean_photo(file(Image.new("RGB", size, RED), "JPEG"))
    assert (photo.width, photo.height) == kept
    assert Image.open(BytesIO(photo.data)).size == kept


def test_photo_of_twelve_megapixels_becomes_small_enough_to_send() -> None:
    """A usual phone photo ends under a megabyte, upright."""
    photo = clean_photo(file(corners((4032, 3024)), "JPEG", exif=located(6)))
    assert (photo.width, photo.height) == (1536, 2048)
    assert seen(photo) == "BRWG"
    assert len(photo.data) < 1_000_000


@pytest.mark.parametrize("mode", ["CMYK", "L", "YCbCr"])
def test_jpeg_of_other_colors_becomes_rgb(mode: str) -> None:
    """Print and gray JPEGs keep their look."""
    gray = Image.new("RGB", (32, 32), (128, 128, 128)).convert(mode)
    assert distance(middle(clean_photo(file(gray, "JPEG"))), (128, 128, 128)) <= 3


def test_sixteen_bit_gray_is_scaled_not_clipped() -> None:
    """Half of 65,535 is a middle gray, not white."""
    gray = Image.new("I;16", (32, 32), 0x8000)
    assert distance(middle(clean_photo(file(gray, "PNG"))), (128, 128, 128)) <= 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_become_white(kind: str) -> None:
    """Nothing hidden under full transparency comes to light, and nothing turns black."""
    picture = Image.new("RGBA", (64, 64), (*BLUE, 0))
    picture.paste((*RED, 255), (0, 0, 32, 64))
    photo = clean_photo(file(picture, kind, lossless=True))
    assert seen(photo) == "RWRW"


@pytest.mark.parametrize("bits", [1, 8])
def test_palette_with_transparency_becomes_white(bits: int) -> None:
    """An indexed PNG keeps its colors; the transparent index becomes white."""
    picture = Image.new("P", (64, 64), 1)
    picture.putpalette([*RED, *BLUE])
    picture.paste(0, (0, 0, 32, 64))
    photo = clean_photo(file(picture, "PNG", transparency=1, bits=bits))
    assert seen(photo) == "RWRW"


def test_palette_without_transparency_keeps_its_colors() -> None:
    """An indexed PNG without a transparent color stays as drawn."""
    assert seen(clean_photo(file(corners().quantize(8), "PNG"))) == "RGBW"


@pytest.mark.parametrize(("mode", "clear"), [("L", 200), ("RGB", (0, 0, 255))])
def test_one_transparent_color_becomes_white(
    mode: str, clear: int | tuple[int, int, int]
) -> None:
    """A PNG that names one color as transparent (tRNS) shows white there."""
    picture = Image.new(mode, (32, 32), clear)
    assert distance(middle(clean_photo(file(picture, "PNG", transparency=clear))), WHITE) <= 2


def test_color_profile_is_applied_before_it_is_dropped() -> None:
    """Numbers of another color space are converted, not only relabeled as sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    swapped = swap_red_and_blue(profile.tobytes())
    photo = clean_photo(
        file(Image.new("RGB", (32, 32), (250, 0, 0)), "PNG", icc_profile=swapped)
    )
    red, _, blue = middle(photo)
    assert blue > 200
    assert red < 60


def swap_red_and_blue(profile: bytes) -> bytes:
    """Exchange two colorants of a profile (ICC.1, tag table), so that its effect is plain to see."""
    return profile.replace(b"rXYZ", b"tmpX").replace(b"bXYZ", b"rXYZ").replace(b"tmpX", b"bXYZ")


@pytest.mark.parametrize("kind", ["broken", "other"])
def test_unusable_color_profile_is_ignored(kind: str) -> None:
    """A profile that is broken or meant for another kind of picture costs only the profile."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    gray = Image.new("L", (32, 32), 128)
    profile = b"no profile" if kind == "broken" else srgb
    photo = clean_photo(file(gray, "PNG", icc_profile=profile))
    assert distance(middle(photo), (128, 128, 128)) <= 2


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow's word on it, no failure
@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0garbage"])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_damaged_exif_does_not_cost_the_photo(kind: str, exif: bytes) -> None:
    """A photo whose EXIF is garbage is still a photo."""
    assert seen(clean_photo(file(corners(), kind, exif=exif))) == "RGBW"


def test_first_picture_of_an_animation_is_taken() -> None:
    """An animated WebP gives its first picture."""
    frames = [Image.new("RGB", (64, 64), color) for color in (RED, GREEN, BLUE)]
    photo = clean_photo(file(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    assert seen(photo) == "RRRR"


def test_first_picture_of_a_phones_double_jpeg_is_taken() -> None:
    """A multi-picture JPEG, as phones write for depth or HDR, gives its main picture."""
    other = Image.new("RGB", (96, 64), BLUE)
    photo = clean_photo(file(corners(), "MPO", save_all=True, append_images=[other]))
    assert seen(photo) == "RGBW"


def test_heic_of_an_iphone_is_read_and_turned_once() -> None:
    """HEIC is taken; its own turn counts, the same turn told again by EXIF does not."""
    photo = clean_photo(HEIC)
    assert (photo.width, photo.height) == (32, 64)
    assert seen(photo) == "RRBB"
    assert b"TestPhone" not in photo.data
    assert not images.carries_metadata(photo.data)


def test_cut_off_heic_is_damaged() -> None:
    """An iPhone photo whose upload broke off is told apart from a file of another kind."""
    for length in (60, 300, 560):
        with pytest.raises(PhotoRefused) as caught:
            clean_photo(HEIC[:length])
        assert caught.value.reason is PhotoProblem.DAMAGED


def test_two_photos_at_a_time() -> None:
    """A third photo waits while two are being decoded, and is done after that."""
    done = threading.Event()

    def upload() -> None:
        clean_photo(HEIC)
        done.set()

    with images.decoding, images.decoding:
        thread = threading.Thread(target=upload)
        thread.start()
        assert not done.wait(0.3)
    thread.join(10)
    assert done.is_set()
