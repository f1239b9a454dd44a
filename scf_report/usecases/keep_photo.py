"""Keep the one photo of a draft, cleaned of everything but its picture."""

import hashlib
from dataclasses import dataclass, replace

from scf_report.domain.draft import Draft
from scf_report.storage.drafts import Drafts
from scf_report.storage.images import CleanPhoto, PhotoProblem, PhotoRefused, clean_photo
from scf_report.storage.photos import DraftPhotos, StoredPhoto

__all__ = ["KeepPhoto", "PhotoProblem", "PhotoRefused", "StoredPhoto"]

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class KeepPhoto:
    """Take a photo in, show it, let go of it."""

    drafts: Drafts
    photos: DraftPhotos

    def keep(self, draft: Draft, name: str, data: bytes) -> Draft:
        """Clean and keep a photo in place of an earlier one.

        Raises PhotoRefused; the draft and an earlier photo stay as they were then.
        """
        cleaned: CleanPhoto = clean_photo(data)
        shown = name.replace("\\", "/").rpartition("/")[2].strip()[:LONGEST_NAME] or "photo"
        photo = StoredPhoto("photo.jpg", cleaned.content_type, cleaned.data)
        self.photos.put(draft.id, photo)
        mark = hashlib.sha256(photo.data).hexdigest()[:32]
        return self.drafts.save(replace(draft, photo_name=shown, photo_mark=mark))

    def remove(self, draft: Draft) -> Draft:
        """Let go of the photo."""
        self.photos.remove(draft.id)
        return self.drafts.save(replace(draft, photo_name=None, photo_mark=""))

    def show(self, draft: Draft) -> StoredPhoto | None:
        """Return the kept photo."""
        return self.photos.get(draft.id)
