"""What can be reported at a place, and what is asked about it.

Open311 calls a request type a *service* and a question an *attribute*; SeeClickFix APIv2 says
*request type* and *question*. The domain uses SeeClickFix's words; wire modules translate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class QuestionKind(Enum):
    """How a question is answered. The first seven come from GeoReport v2, the others from APIv2."""

    STRING = "string"
    """One line of text."""
    TEXT = "text"
    """Several lines of text."""
    NUMBER = "number"
    DATETIME = "datetime"
    SINGLE = "singlevaluelist"
    """One of the choices, answered by its key."""
    MULTI = "multivaluelist"
    """Any of the choices, answered by their keys."""
    NOTE = "note"
    """Shown, never answered (Open311 ``variable=false``, APIv2 ``note``)."""
    BOOLEAN = "boolean"
    FILE = "file"
    UNKNOWN = "unknown"
    """Required, and of a kind that only its organization knows: such a report cannot be sent from here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One permitted reply: ``key`` goes upstream, ``name`` is read by people."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a request type.

    ``code`` is Open311's attribute code or APIv2's ``primary_key``, always text.
    """

    code: str
    kind: QuestionKind
    text: str
    """The question as the organization words it; for a note, the note."""
    help: str = ""
    """How to answer (Open311 ``datatype_description``); may be empty."""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    kept_private: bool = False
    """The answer is not shown in public (SeeClickFix ``answer_kept_private``)."""
    max_length: int | None = None

    @property
    def is_asked(self) -> bool:
        """It is answered here: a note is only read, and a photo is the only file that is sent."""
        return self.kind not in (QuestionKind.NOTE, QuestionKind.FILE, QuestionKind.UNKNOWN)

    def choice_name(self, key: str) -> str:
        """Name of the choice with this key; the key itself if there is no such choice."""
        return next((choice.name for choice in self.choices if choice.key == key), key)


@dataclass(frozen=True, slots=True)
class RequestType:
    """One kind of problem that can be reported at a place."""

    code: str
    """Open311 ``service_code`` or APIv2 ``id``; opaque text."""
    name: str
    description: str = ""
    group: str = ""
    """Heading under which it is offered: Open311 ``group``, else the organization; "" if neither."""
    organization: str = ""
    keywords: tuple[str, ...] = ()
    has_questions: bool = True
    """Open311 ``metadata``: a definition can be asked for."""
    batch: bool = False
    """Open311 ``type=batch``: the number comes later, by a service request token."""
    blackbox: bool = False
    """Open311 ``type=blackbox``: there will never be a number."""
    private: bool = False
    """Reports are not public (APIv2 ``private_visibility``)."""
    guests_may_report: bool = True
    """False: only people who are signed in (APIv2 ``permit_guest_reporting``)."""
    name_may_be_hidden: bool = False
    """A person who is signed in may report without their name (APIv2 ``permit_anonymous_reporting``)."""
    information_only: bool = False
    """Nothing can be sent, its notes are only read (APIv2 ``block_submission``)."""
    needs_place: bool = True
    """APIv2 ``location_required``."""


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A request type with its questions, in the order in which they are asked."""

    request_type: RequestType
    questions: tuple[Question, ...] = ()

    def question(self, code: str) -> Question | None:
        """Return the question with this code, or None."""
        return next((question for question in self.questions if question.code == code), None)


Answer = str | tuple[str, ...]
"""Text, a choice's key, or the keys of several; a datetime is ISO 8601 as typed by the resident."""

Answers = Mapping[str, Answer]
"""Answers by question code; a question without an answer is absent, never empty."""
