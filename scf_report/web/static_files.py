"""Style sheets, scripts and icons under one prefix that changes whenever any of them does."""

import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from whitenoise import WhiteNoise
from whitenoise.base import WhiteNoise as Server

from scf_report.web.wsgi import WSGIApp

YEAR = 31_536_000


def fingerprint(folder: Path) -> str:
    """Hash the names and contents of all files in a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class StaticFiles:
    """The files of ``static/``, and their compressed copies where set-up has made them.

    A copy counts only while its originals are unchanged, so that an edited file is never
    served from an old one.
    """

    def __init__(self, folder: Path, compressed: Path) -> None:
        self.version = fingerprint(folder)
        mark = compressed / self.version
        self._folder = mark if mark.is_dir() else folder

    def url(self, path: str) -> str:
        """Return the address of a file, below the application's root."""
        return f"/static/{self.version}/{path}"

    def serve(self, app: WSGIApp) -> Server:
        """Answer requests for files before they reach the application."""
        server = WhiteNoise(
            app, max_age=YEAR, allow_all_origins=False, add_headers_function=_add_headers
        )
        server.immutable_file_test = lambda _path, _url: True
        server.add_files(str(self._folder), prefix=f"static/{self.version}/")
        return server


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
