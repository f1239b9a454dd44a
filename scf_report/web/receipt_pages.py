"""What the receipt and its owner's pages show; like ``web/pages.py``, one frozen object a page."""

from dataclasses import dataclass
from typing import ClassVar

from scf_report.domain.receipt import Receipt
from scf_report.forms.base import StepForm
from scf_report.web.mail_pages import UpdatesPart
from scf_report.web.pages import CheckPage, Row


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a receipt's timeline."""

    kind: str
    """saved, sending, tries, checking, awaiting, accepted, held, refused, withdrawn, undecided, unsigned"""
    status: str
    """done, now or todo"""
    time: str = ""
    """Local time in words, "" when unknown."""
    iso: str = ""
    count: int = 0
    next_time: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason of a refusal: about what, in the city's words, and where it can be mended."""

    label: str
    words: str
    href: str | None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """``/receipt/<receipt>``: the truth about one report, for whoever has the address."""

    template: ClassVar[str] = "receipt/receipt.html"
    receipt: Receipt
    face: str
    """saved, sending, checking, accepted, held, delayed, refused, withdrawn, undecided, awaiting, unsigned"""
    events: tuple[Event, ...]
    next_try: str
    """Local time of the next try in words, "" if none is planned."""
    saved_at: str
    url: str
    """The full viewing address, for the copy button."""
    json_url: str
    qr: str
    """SVG path data of the QR code (``d`` attribute) of ``url``, one unit a module."""
    qr_size: int
    """Width of the QR code's view box in modules, quiet zone included."""
    record_url: str | None
    """The upstream's public record, once there is a number."""
    change_url: str | None
    """The second key's address; shown once after a submit."""
    final: bool
    """Nothing more happens by itself, so the page need not ask again."""
    sign_in_url: str | None = None
    """Where its person signs in again, so that it goes out."""
    city_status: str = ""
    """What the city's record said when it was last read, and when that was."""
    issue_url: str | None = None
    """Our own page of the issue, with what people say about it."""
    updates: UpdatesPart | None = None
    refused: tuple[Refused, ...] = ()
    """Why, without a way to mend it: that takes the second key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPage(CheckPage):
    """``/change/<key>/check``: a report with its owner's changes, before they are saved.

    Notices of this page: "changed" (another tab changed it), "tried" (a worker has tried to send
    it since), "late" (it cannot be changed any more; what was entered is shown all the same).
    """

    template: ClassVar[str] = "receipt/correction.html"
    receipt: Receipt
    receipt_url: str
    refused: tuple[Refused, ...] = ()
    """Of a refused report, which is sent again once it is mended."""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """``/change/<key>``: everything that is kept about one report; change, withdraw, download, delete."""

    template: ClassVar[str] = "receipt/change.html"
    receipt: Receipt
    rows: tuple[Row, ...]
    receipt_url: str
    export_url: str
    action: str
    delete_action: str
    form: StepForm
    """Only its token; one button withdraws, another deletes."""
    correct_url: str | None = None
    """Where it can be changed, or mended after a refusal; None when it is too late."""
    without_url: str | None = None
    """Where a report that waits for a sign-in is made to go without an account."""
    settled: bool = False
    """Nothing more happens to it by itself, so that personal data can go."""
    forgotten: bool = False
    """Personal data is deleted here."""
    next_try: str = ""
    """Local time at which a held report is sent."""
    done: str = ""
    """What has just been done: saved, withdrawn, deleted."""
    too_late: str = ""
    """What somebody wanted when it was too late: withdraw, delete."""
