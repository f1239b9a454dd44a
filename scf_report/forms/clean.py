"""Typed text as we keep it: NFC, without control characters, without surprises for the next reader."""

import re
import unicodedata

_BIDI = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates (UAX 9, section 2): they can make a text read as another one.

Right-to-left text needs none of them; the marks U+200E, U+200F and U+061C stay.
"""
_UNWANTED = re.compile(rf"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}]")
_UNSEEN = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})


def clean_line(value: object) -> str:
    """Return one line of text: no line breaks, single spaces, "" for anything that is no text."""
    return " ".join(clean_text(value).split())


def clean_text(value: object) -> str:
    r"""Return text with ``\n`` as its only control character, "" for anything that is no text.

    Text of which nothing can be seen (spaces, zero-width characters, lone accents) is "" too.
    """
    if not isinstance(value, str):
        return ""
    lines = (line.replace("\t", " ") for line in value.splitlines())
    text = "\n".join(_UNWANTED.sub("", line).rstrip() for line in lines).strip()
    if all(unicodedata.category(character) in _UNSEEN for character in text):
        return ""
    return unicodedata.normalize("NFC", text)
