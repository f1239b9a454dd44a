"""What the pages about updates by e-mail show; see ``web/pages.py``."""

from dataclasses import dataclass
from typing import ClassVar

from scf_report.forms.base import Problem
from scf_report.forms.updates import MailForm, UpdatesForm


@dataclass(frozen=True, slots=True)
class UpdatesPart:
    """What a receipt shows of updates by e-mail: see ``templates/mail/ask.html``."""

    form: UpdatesForm
    action: str
    waits: bool
    """The address that was given with the report has still to confirm."""
    asked: bool
    """An address was given here just now."""


@dataclass(frozen=True, slots=True)
class AskPage:
    """``/receipt/<receipt>/updates``: the form of the receipt, where an entry needs another look."""

    template: ClassVar[str] = "mail/ask_page.html"
    form: UpdatesForm
    problems: tuple[Problem, ...]
    action: str
    receipt_url: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """``/mail/<key>``: confirm, or end."""

    template: ClassVar[str] = "mail/page.html"
    state: str
    """asked, confirmed, ended or unknown"""
    references: tuple[str, ...] = ()
    form: MailForm | None = None
    action: str = ""
    receipt_url: str = ""
