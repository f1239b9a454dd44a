"""Paths to go on to that came in an address: never to another site (CWE-601)."""

import re

LONGEST = 1000
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
"""One slash that no second one follows, then printable ASCII without a backslash or a space, as
browsers send it; they read "/\\elsewhere" and "//elsewhere" as another host (URL Standard, 4.4)."""
_LOOPS = ("/login", "/logout", "/oauth/", "/embed/", "/sandbox/")


def local_path(text: str | None) -> str | None:
    """Return the path if it is one of our own pages', where somebody who has signed in can go on."""
    if text is None or len(text) > LONGEST or not _PATH.fullmatch(text):
        return None
    return None if text.startswith(_LOOPS) else text
