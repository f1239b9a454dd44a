"""What a resident gives us: place, problem, words, answers, and who they are or not."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from scf_report.domain.geography import Point
from scf_report.domain.report_form import Answer, ReportForm

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for each other (no 0, O, 1, I)."""
DESCRIPTION_LIMIT = 4000
"""GeoReport v2, POST Service Request: ``description`` has at most 4,000 characters."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Our public number for one report, such as ``R7F3-K2QX``: random, never a counter; it opens nothing."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(
            rf"[{REFERENCE_ALPHABET}]{{4}}-[{REFERENCE_ALPHABET}]{{4}}", self.text
        ):
            raise ValueError(f"{self.text!r} is no reference")

    @classmethod
    def new(cls) -> "Reference":
        """Draw a fresh one (40 random bits)."""
        letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
        return cls(f"{letters[:4]}-{letters[4:]}")

    def __str__(self) -> str:
        return self.text

    def stands_in(self, text: str) -> bool:
        """Tell whether a text carries this reference, however spaced, cased or hyphenated it came back."""
        return _bare(self.text) in _bare(text)


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The reporter gave no name."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The reporter left contact details; empty text means not given."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing was filled in."""
        return not (self.first_name or self.last_name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The reporter is signed in; the report goes out as theirs."""

    person_id: str
    name: str = ""
    hide_name: bool = False
    """Others do not see who reported it (APIv2 ``anonymize_reporter``)."""


Reporter = Anonymous | Contact | SignedIn


@dataclass(frozen=True, slots=True)
class Report:
    """One report, complete enough to be sent. ``address`` is the place in words, as chosen."""

    reference: Reference
    point: Point
    address: str
    form: ReportForm
    description: str
    landmark: str = ""
    """Anything that helps to find the place ("in front of the bus stop")."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    reporter: Reporter = field(default_factory=Anonymous)
