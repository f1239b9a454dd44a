"""Accepting a report: the submit POST, against bare inserts that are committed to the same database."""

import time
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

import sqlalchemy as sa

from scf_report.usecases.check_report import CheckReport
from tests.bench.installation import Installation, installed
from tests.bench.load import CONNECTIONS, Ask, Run, press
from tests.bench.table import Line, show

ROUNDS = 5
REPORTS = 250
"""Submitted in each run; none of them twice."""
WARM_UP = 50
"""Submitted to each server before."""
FLOOR_SECONDS = 1.5
SMALL = "x" * 450
"""The one row of a bare transaction; a report writes three, and longer ones."""


@dataclass
class Server:
    """One web server with so many processes, and its runs."""

    processes: int
    port: int
    reach: float
    aim: float | None
    runs: list[Run] = field(default_factory=list)

    def lines(self, floors: list[float]) -> list[Line]:
        """Compare it with the bare inserts of the same rounds."""
        name = "one process" if self.processes == 1 else f"{self.processes} processes"
        ratio = median(run.rate / floor for run, floor in zip(self.runs, floors, strict=True))
        rate, floor = median(run.rate for run in self.runs), median(floors)
        took = [seconds * 1000 for run in self.runs for seconds in run.took]
        everything = Run([seconds / 1000 for seconds in took])
        slowest = everything.p99 * 1000
        return [
            Line(name, f"{rate:.0f}/s", f"{floor:.0f} inserts/s", ratio, self.reach, self.aim),
            Line(f"{name} p99", f"{slowest:.0f} ms", "", slowest, 250, at_most=True),
            Line(f"{name} slowest", f"{max(took):.0f} ms", "", max(took), 1000, at_most=True),
        ]


def main() -> bool:
    """Measure one and two web processes; True if every line passes."""
    with installed() as site:
        servers = [
            Server(1, site.serve("--workers=1"), 0.1, 0.3),
            Server(2, site.serve("--workers=2"), 0.2, None),
        ]
        for server in servers:
            press(server.port, [_submit(site, "Warm-up") for _ in range(WARM_UP)], status=303)
        floors: dict[int, list[float]] = {server.processes: [] for server in servers}
        for number in range(ROUNDS):
            for server in servers:
                asks = [_submit(site, f"Hole {number} {each}") for each in range(REPORTS)]
                floors[server.processes].append(_floor(site))
                server.runs.append(press(server.port, asks, status=303))
        stored = len(site.core.outbox.list(limit=1_000_000))
    title = f"Accepting a report: {CONNECTIONS} clients, median of {ROUNDS} runs of {REPORTS}"
    lines = [line for server in servers for line in server.lines(floors[server.processes])]
    lost = (ROUNDS * REPORTS + WARM_UP) * len(servers) - stored
    return show(
        title, [*lines, Line("lost", str(lost), f"{stored} stored", lost, 0, at_most=True)]
    )


def _submit(site: Installation, words: str) -> Ask:
    """Fill a draft; gives the POST that the button of its check page sends."""
    draft = site.draft(words)
    digest = CheckReport(site.core.gateway, site.core.apiv2).check(draft).digest
    form = {"csrf_token": site.token(draft), "digest": digest, "subject": ""}
    return Ask(f"/report/{draft.id}/submit", urlencode(form).encode())


def _floor(site: Installation) -> float:
    """Commit one row after another with SQLAlchemy Core, nobody beside; returns inserts a second."""
    bare = sa.Table("bare", sa.MetaData(), sa.Column("content", sa.Text))
    database, insert = site.core.database, bare.insert()
    with database.write() as connection:
        bare.create(connection, checkfirst=True)
    inserts, began = 0, time.monotonic()
    while time.monotonic() - began < FLOOR_SECONDS:
        with database.write() as connection:
            connection.execute(insert, {"content": SMALL})
        inserts += 1
    return inserts / (time.monotonic() - began)
