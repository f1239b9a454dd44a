"""Whole pages that are kept, as HTML and compressed: to render one takes long, and so does to compress it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from flask import Request, g

PAGES_KEPT = 500
"""Of a few kilobytes each; compressed ones in each way of compressing, and all forgotten when there are more."""

Render = Callable[[Hashable], str]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page's HTML and the number by which its compressed form is found."""

    html: str
    number: int


def keeping(render: Render) -> Callable[[Hashable, str, str], str]:
    """Make what renders a page once for each address and language.

    The page object holds nothing but values, and all that the page shows follows from these three.
    """
    numbers = count(1)

    @lru_cache(PAGES_KEPT)
    def kept(page: Hashable, _address: str, _language: str) -> KeptPage:
        return KeptPage(render(page), next(numbers))

    def once(page: Hashable, address: str, language: str) -> str:
        found = kept(page, address, language)
        g.kept_number = found.number
        return found.html

    return once


def kept_number(_request: Request) -> str:
    """Return the number of the kept page that is being answered, "" for any other answer."""
    return str(g.get("kept_number", ""))


class CompressedPages:
    """Flask-Compress's store of what it has compressed: kept pages alone, by ``algorithm;number``."""

    def __init__(self) -> None:
        self._pages: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return what was set, None for nothing."""
        return self._pages.get(key)

    def set(self, key: str, compressed: bytes) -> None:
        """Keep it, unless it is of no kept page."""
        if key.endswith(";"):
            return
        if key not in self._pages and len(self._pages) >= PAGES_KEPT:
            self._pages.clear()
        self._pages[key] = compressed
