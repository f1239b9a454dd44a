"""Files made by hand: what is not taken as a photo, and why."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from scf_report.storage.images import PhotoProblem, PhotoRefused, clean_photo


def drawn() -> Image.Image:
    """Draw noise, of which every encoder needs many bytes."""
    return Image.effect_noise((200, 200), 90).convert("RGB")


def file(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Save a picture the way a phone or a program would."""
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def refusal(data: bytes) -> PhotoProblem:
    """Say why a file is not taken."""
    with pytest.raises(PhotoRefused) as caught:
        clean_photo(data)
    return caught.value.reason


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Build one chunk of a PNG (ISO/IEC 15948, section 5.3)."""
    body = kind + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def png(width: int, height: int, *, depth: int, color: int, pixels: bytes) -> bytes:
    """Build a PNG by hand from a compressed stream of pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", pixels)
        + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_cut_off_file_is_damaged(kind: str, part: float) -> None:
    """An upload that broke off is told apart from a file of another kind."""
    whole = file(drawn(), kind)
    assert refusal(whole[: int(len(whole) * part)]) is PhotoProblem.DAMAGED


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"This is a text named photo.jpg", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"%PDF-1.7 ...", id="pdf"),
        pytest.param(b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", id="avif"),
        pytest.param(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", id="video"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt ", id="sound"),
        pytest.param(b"\xff", id="one-byte"),
    ],
)
def test_other_files_are_no_photo(data: bytes) -> None:
    """The content decides, never the name."""
    assert refusal(data) is PhotoProblem.NOT_A_PHOTO


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_pictures_are_no_photo(kind: str) -> None:
    """Formats that cameras do not write are not decoded at all."""
    assert refusal(file(drawn(), kind)) is PhotoProblem.NOT_A_PHOTO


def test_picture_bomb_is_refused_by_its_size() -> None:
    """Some 100 KB that would decode to 900 megapixels are refused before decoding."""
    stream = zlib.compressobj(9)
    row = b"\0" * (1 + 30_000 // 8)
    pixels = b"".join(stream.compress(row * 1000) for _ in range(30)) + stream.flush()
    bomb = png(30_000, 30_000, depth=1, color=0, pixels=pixels)
    assert len(bomb) < 200_000
    assert refusal(bomb) is PhotoProblem.TOO_MANY_PIXELS


def test_webp_bomb_is_refused_by_its_size() -> None:
    """A WebP that announces a canvas of 268 megapixels is refused before it is made."""
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    data = bytearray(file(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    canvas = data.index(b"VP8X") + 12
    data[canvas : canvas + 6] = (16_383).to_bytes(3, "little") * 2
    assert refusal(bytes(data)) is PhotoProblem.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("side", "reason"),
    [(7072, PhotoProblem.TOO_MANY_PIXELS), (7071, PhotoProblem.DAMAGED)],
)
def test_pixels_are_bounded_at_fifty_million(side: int, reason: PhotoProblem) -> None:
    """Just above 50 megapixels the size refuses; just below, only the missing pixels do."""
    empty = png(side, side, depth=1, color=0, pixels=b"")
    assert refusal(empty) is reason


def test_empty_file_is_told_apart() -> None:
    """Zero bytes are an empty file, not a damaged one."""
    assert refusal(b"") is PhotoProblem.EMPTY


def test_file_of_26_megabytes_is_too_large() -> None:
    """A file over 25 MB is refused for its size, whatever it holds."""
    padded = file(drawn(), "JPEG").ljust(26 * 1024 * 1024, b"\0")
    assert refusal(padded) is PhotoProblem.TOO_LARGE


def test_sixteen_bit_color_is_taken_and_scaled() -> None:
    """16 bits a channel, as cameras' software writes them, keep their color."""
    row = b"\0" + struct.pack(">HHH", 220 << 8, 30 << 8, 30 << 8) * 16
    photo = clean_photo(png(16, 16, depth=16, color=2, pixels=zlib.compress(row * 16)))
    red, green, blue = Image.open(BytesIO(photo.data)).resize((1, 1)).tobytes()
    assert max(abs(red - 220), abs(green - 30), abs(blue - 30)) <= 4
