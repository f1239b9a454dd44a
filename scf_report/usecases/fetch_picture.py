"""Show the pictures of an upstream as our own, so that no reader's browser goes there."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from scf_report.clients.errors import UpstreamError
from scf_report.clients.pictures import Pictures
from scf_report.storage.cache import JSON, NotLoadedError, ReadCache
from scf_report.storage.images import PhotoRefused, clean_photo
from scf_report.storage.sealing import Sealer

KEPT = timedelta(days=7).total_seconds()


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """Fetches a picture once for all who look at it, and keeps it cleaned.

    Its name is a keyed hash of its address. A name that no page has shown leads nowhere, so that
    nobody can make us fetch anything else.
    """

    pictures: Pictures
    cache: ReadCache
    sealer: Sealer

    def name(self, url: str | None) -> str | None:
        """Name a picture that a public page shows; None where there is none that may be fetched."""
        if url is None or not self.pictures.has(url):
            return None
        name = self.sealer.keyed_hash(f"picture {url}")
        self.cache.get(f"picture at:{name}", lambda _: url, fresh_for=KEPT, stale_for=KEPT)
        return name

    def fetch(self, name: str) -> bytes | None:
        """Return the picture as a JPEG without metadata; None where there is none, or not now."""
        shown = self.cache.peek(f"picture at:{name}", fresh_for=KEPT)
        if shown is None or not isinstance(shown.value, str):
            return None
        url = shown.value
        try:
            kept = self.cache.get(
                f"picture:{name}", lambda _: self._load(url), fresh_for=KEPT, stale_for=KEPT
            )
        except (UpstreamError, NotLoadedError):
            return None
        return base64.b64decode(kept.value) if isinstance(kept.value, str) else None

    def _load(self, url: str) -> JSON:
        data = self.pictures.fetch(url)
        try:
            return base64.b64encode(clean_photo(data).data).decode() if data else None
        except PhotoRefused:
            return None  # kept as well, so that it is not fetched again and again
