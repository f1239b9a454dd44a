"""Forget what is no longer needed: old drafts at once, personal data some days after the end."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from scf_report.storage.cache import ReadCache
from scf_report.storage.database import Database
from scf_report.storage.drafts import purge_drafts
from scf_report.storage.mail_tables import purge_mail
from scf_report.storage.retention import forget_settled
from scf_report.storage.sealing import Sealer
from scf_report.storage.sessions import purge_sessions
from scf_report.storage.sign_ins import purge_sign_ins

OLD_READS = timedelta(days=8)
"""Kept reads older than this are not even served while the upstream is down."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """Deletes by age alone; what is not delivered yet is never touched."""

    database: Database
    cache: ReadCache
    sealer: Sealer
    retention: timedelta
    log: structlog.typing.FilteringBoundLogger

    def run(self) -> None:
        """Purge drafts, unconfirmed addresses, old personal data, sessions that are over, and old reads."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            drafts = purge_drafts(connection, now)
            reports = forget_settled(connection, self.sealer, now - self.retention, now)
            purge_mail(connection, now)
            purge_sessions(connection, now)
            purge_sign_ins(connection, now)
        self.cache.purge(OLD_READS)
        if drafts or reports:
            self.log.info("tidied", drafts=drafts, reports=reports)
