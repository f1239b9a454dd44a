"""Send updates by e-mail, one message at a time, each at most once after its text was begun."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from scf_report.clients.mail import Mail, Mailer
from scf_report.domain.mail import Letter, MailState
from scf_report.storage.claim import Unreadable
from scf_report.storage.mail_queue import MailJob, MailQueue

POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in its reader's language. ``page_url`` is the page where the updates are ended."""

    subject: str
    text: str
    html: str
    page_url: str


@dataclass(frozen=True, slots=True)
class SendMail:
    """One worker's hands for mail. ``jitter`` gives numbers in 0..1."""

    queue: MailQueue
    mailer: Mailer
    write: Callable[[Letter], Written]
    jitter: Callable[[], float]
    now: Callable[[], datetime]
    log: structlog.typing.FilteringBoundLogger

    def run_once(self) -> float:
        """See what there is to tell, send one message; returns the seconds until it is worth coming back."""
        self.queue.gather()
        job = self.queue.claim()
        match job:
            case None:
                return POLL_SECONDS
            case Unreadable(reference):
                self.log.error("mail unreadable", reference=str(reference))
            case MailJob():
                self._send(job)
        return 0.0

    def _send(self, job: MailJob) -> None:
        written = self.write(job.letter)
        mail = Mail(
            to=job.address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            language=job.letter.language,
            page_url=written.page_url,
            date=self.now(),
        )
        outcome = self.mailer.send(mail, lambda: self.queue.begin(job))
        state = self.queue.record(job, outcome, self.jitter())
        facts = {
            "reference": str(job.letter.reference),
            "kind": job.letter.kind.value,
            "attempt": job.attempt,
            "state": state.value,
            "reason": getattr(outcome, "reason", ""),
        }
        failed = state in (MailState.FAILED, MailState.GIVEN_UP)
        (self.log.warning if failed else self.log.info)("mail", **facts)
