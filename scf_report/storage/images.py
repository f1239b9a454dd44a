"""Photos made safe to keep and to pass on: judged by content, bounded, re-encoded, metadata gone.

A photo from a phone tells where and when it was taken and with what; a crafted one may fill the
memory. So nothing of the file that came in survives but its picture.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

import pi_heif
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAX_BYTES = 25 * 1024 * 1024
"""The largest file that is looked at (the "25 MB" that people are told)."""
MAX_PIXELS = 50_000_000
"""The largest picture that is decoded; phones take up to 48 megapixels."""
LONGEST_SIDE = 2048
"""Pixels of the longer side that are kept."""
QUALITY = 85
"""JPEG quality of what is kept."""

decoding = threading.BoundedSemaphore(2)
"""Photos being decoded at once; a large one needs some hundred megabytes for a moment."""

_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
"""ISO/IEC 23008-12: major brands of HEVC-coded pictures; AVIF is not among them."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.3, tag 0x0112 "Orientation": what turns the stored picture upright."""
_ORIENTATION = 0x0112


class PhotoProblem(Enum):
    """Why a file is not taken as a photo; pages put it into words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    """More than ``MAX_BYTES``."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """More than ``MAX_PIXELS``."""
    NOT_A_PHOTO = "not_a_photo"
    """Neither JPEG, PNG, WebP nor HEIC by content, whatever its name says."""
    DAMAGED = "damaged"
    """One of these, but cut off or not to be decoded."""


class PhotoRefused(Exception):  # noqa: N818 - reads as what happened, as in the domain
    """The file is not taken; ``reason`` says why."""

    def __init__(self, reason: PhotoProblem) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG in sRGB without any metadata; ``width`` and ``height`` in pixels, as seen upright."""

    data: bytes
    width: int
    height: int
    content_type: str = "image/jpeg"


def clean_photo(data: bytes) -> CleanPhoto:
    """Turn an uploaded file into a photo that is safe to keep.

    The picture is turned upright, put on white where it is transparent, converted to sRGB and
    shrunk to ``LONGEST_SIDE``; of several pictures in one file the first (HEIC: the primary)
    counts. Raises ``PhotoRefused``. Waits while two other photos are being decoded.
    """
    if not data:
        raise PhotoRefused(PhotoProblem.EMPTY)
    if len(data) > MAX_BYTES:
        raise PhotoRefused(PhotoProblem.TOO_LARGE)
    opener = _opener(data)
    if opener is None:
        raise PhotoRefused(PhotoProblem.NOT_A_PHOTO)
    with decoding:
        picture = _decode(opener, data)
    jpeg = _encode(picture)
    if carries_metadata(jpeg):
        raise PhotoRefused(PhotoProblem.DAMAGED)
    return CleanPhoto(jpeg, picture.width, picture.height)


def carries_metadata(jpeg: bytes) -> bool:
    """Tell whether a JPEG holds any segment besides picture data and a bare JFIF header.

    ISO/IEC 10918-5: JFIF's APP0 is 14 bytes long unless it carries a thumbnail. EXIF, XMP, ICC,
    comments and makers' notes are segments of their own.
    """
    return any(
        name != "APP0" or len(content) != 14
        for name, content in JpegImageFile(BytesIO(jpeg)).applist
    )


def _opener(data: bytes) -> Callable[[BytesIO], Image.Image] | None:
    # The classes are named instead of calling Image.open, which loads every decoder Pillow has
    # as soon as one is missing, and to which HEIF could be told only for the whole process.
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WebPImageFile
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return pi_heif.HeifImageFile  # type: ignore[no-any-return]
    return None


def _decode(opener: Callable[[BytesIO], Image.Image], data: bytes) -> Image.Image:
    try:
        with opener(BytesIO(data)) as image:
            return _normalize(image)
    except (PhotoRefused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # WebP's decoder looks at the size by itself.
        raise PhotoRefused(PhotoProblem.TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders raise nearly anything for a damaged file
        raise PhotoRefused(PhotoProblem.DAMAGED) from error


def _normalize(image: Image.Image) -> Image.Image:
    if image.width * image.height > MAX_PIXELS:
        raise PhotoRefused(PhotoProblem.TOO_MANY_PIXELS)
    turn = _turn(image)
    profile = image.info.get("icc_profile")
    # A JPEG of twice the size or more is halved while it is decoded, so it is never held whole.
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    picture = _resamplable(image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if turn is not None:
        picture = picture.transpose(turn)
    return _srgb(_opaque(picture), profile)


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - damaged metadata does not make a damaged picture
        return None


def _resamplable(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        # Pillow's own conversion clips at 255 instead of scaling, which leaves white.
        gray = image.point(lambda value: value / 256).convert("L")
        gray.info.pop("transparency", None)  # a 16-bit shade means nothing now
        return gray
    if image.mode in {"1", "P", "PA"} or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    solid = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(solid, mask=solid.getchannel("A"))
    return white


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(source, target, picture.mode, "RGB").apply(picture)
        except (OSError, ImageCms.PyCMSError):
            pass  # a broken profile, or one for another kind of picture
    return picture.convert("RGB")


def _encode(picture: Image.Image) -> bytes:
    picture.info.clear()  # Pillow writes a comment found here into the new file
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
