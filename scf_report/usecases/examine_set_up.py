"""Examine what can be seen without asking anybody: settings that fit badly, and files."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scf_report.usecases.findings import Finding, broken, doubtful, well

LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000
"""Bytes free in the data folder: when to look, and when saving reports is about to fail."""


@dataclass(frozen=True, slots=True)
class Made:
    """Something that set-up makes; with ``vital`` the app is no use without it."""

    thing: str
    path: Path
    vital: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was configured. ``data_dir`` and ``key_file`` are None where they are not used."""

    demo: bool
    public_url: str | None
    trusted_proxies: int
    data_dir: Path | None
    key_file: Path | None
    made: Sequence[Made]
    sign_in: str
    """How people sign in: ``ok`` (by authorization code), ``implicit``, or ``off``."""

    def examine(self) -> Iterator[Finding]:
        """Say of each how it stands."""
        yield self._settings()
        yield self._key()
        judge = doubtful if self.sign_in == "implicit" else well
        yield judge("sign-in", self.sign_in)
        if self.data_dir is not None:
            yield _folder(self.data_dir)
        for each in self.made:
            if each.path.exists():
                yield well(each.thing)
            else:
                missing = broken if each.vital else doubtful
                yield missing(each.thing, "missing", path=each.path)

    def _settings(self) -> Finding:
        if self.public_url is None and not self.demo:
            return doubtful("settings", "no public address")
        if (self.public_url or "").startswith("https:") and not self.trusted_proxies:
            return doubtful("settings", "no trusted proxy")
        return well("settings")

    def _key(self) -> Finding:
        if self.key_file is None:
            return well("key")
        # Others on this machine could open what is sealed.
        if self.key_file.stat().st_mode & 0o077:
            return doubtful("key", "readable by others", path=self.key_file)
        return well("key", "own file", path=self.key_file)


def _folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return broken("data folder", "missing", path=folder)
    if not os.access(folder, os.W_OK):
        return broken("data folder", "read only", path=folder)
    free = shutil.disk_usage(folder).free
    facts = {"path": folder, "free": f"{free / 1e9:.1f} GB"}
    if free < TOO_LITTLE:
        return broken("data folder", "full", **facts)
    if free < LITTLE:
        return doubtful("data folder", "little room", **facts)
    return well("data folder", "ok", **facts)
