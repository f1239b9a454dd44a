"""Examine an installation, one thing after the other, and say of each how it stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scf_report.clients.errors import RefusedError, UpstreamError
from scf_report.clients.mail import Mailer
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.delivery import State
from scf_report.domain.reconciliation import LOOK_BACK
from scf_report.storage.checkup import Fitness, fitness, foreign, unreadable
from scf_report.storage.counts import Counts
from scf_report.storage.database import Database
from scf_report.storage.sealing import Sealer
from scf_report.usecases.examine_set_up import SetUp
from scf_report.usecases.findings import Finding, broken, doubtful, well
from scf_report.usecases.measure import Measure, Measures, UpstreamWatch
from scf_report.usecases.probe import Trouble, trouble_of

MACHINES_DIFFER = timedelta(seconds=5)
UPSTREAM_DIFFERS = timedelta(minutes=1)
"""Clocks that differ by more are worth a look."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks, asks the upstream once within the budget, greets the mail server, and writes one count.

    ``clock`` is this machine's.
    """

    set_up: SetUp
    database: Database
    sealer: Sealer
    counts: Counts
    gateway: Open311Gateway
    watch: UpstreamWatch
    measure: Measure
    mailer: Mailer | None
    clock: Callable[[], datetime]

    def examine(self) -> Iterator[Finding]:
        """Say of each thing how it stands; what needs a database that is not fit is left out."""
        yield from self.set_up.examine()
        if self.mailer is not None:
            trouble = self.mailer.reach()
            yield broken("mail", "away", trouble=trouble) if trouble else well("mail")
        fit = fitness(self.database, self.counts)
        if fit is not Fitness.FIT:
            yield broken("database", fit.value)
            return
        yield well("database")
        yield from self._sealed()
        yield self._upstream()
        measures = self.measure.take()
        yield _budget(measures)
        yield from self._clocks()
        yield from _deliveries(measures)
        if number := foreign(self.database, self.counts.endpoint):
            yield doubtful("deliveries", "of another city", number=number)

    def _sealed(self) -> Iterator[Finding]:
        number = unreadable(self.database, self.sealer, self.counts.endpoint)
        if number:
            yield broken("key", "missing", number=number)

    def _upstream(self) -> Finding:
        try:
            self.gateway.discovery()
        except RefusedError as error:
            if error.http_status != 429:
                # Not every server has discovery; that it says so shows that it is there.
                return well("upstream")
            return doubtful("upstream", "too many calls")
        except UpstreamError as error:
            trouble = trouble_of(error)
            judge = doubtful if trouble is Trouble.NOT_ASKED else broken
            return judge("upstream", trouble.name.lower(), url=error.evidence.url)
        return well("upstream")

    def _clocks(self) -> Iterator[Finding]:
        with self.database.read() as connection:
            apart = abs(self.database.now(connection) - self.clock())
        if apart > MACHINES_DIFFER:
            yield doubtful("clock", "database", seconds=round(apart.total_seconds()))
        ahead = self.watch.clock_ahead
        if ahead is None:
            yield well("clock", "not told")
            return
        seconds = round(abs(ahead).total_seconds())
        if abs(ahead) > LOOK_BACK:
            yield broken("clock", "upstream far off", seconds=seconds)
        elif abs(ahead) > UPSTREAM_DIFFERS:
            yield doubtful("clock", "upstream", seconds=seconds)
        else:
            yield well("clock")


def _budget(measures: Measures) -> Finding:
    budget = measures.budget
    if budget.left is None:
        return broken("budget", "unknown")
    if measures.paused_seconds:
        return doubtful("budget", "paused", seconds=round(measures.paused_seconds))
    facts = {"left": budget.left, "calls": budget.calls}
    return (
        well("budget", "ok", **facts) if budget.left else doubtful("budget", "spent", **facts)
    )


def _deliveries(measures: Measures) -> Iterator[Finding]:
    if measures.readiness.ready:
        waiting = sum(number for number, _age in measures.queue.values())
        yield well("deliveries", waiting=waiting)
    else:
        minutes = round(measures.readiness.left_for.total_seconds() / 60)
        yield broken("deliveries", "no worker", minutes=minutes)
    undecided, _age = measures.queue[State.UNDECIDED]
    if undecided:
        yield doubtful("deliveries", "undecided", number=undecided)
