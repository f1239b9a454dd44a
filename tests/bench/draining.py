"""Draining a backlog: one worker against a city that says how many calls it allows, in real time."""

import tempfile
import time
from pathlib import Path
from statistics import median

from scf_report.domain.delivery import State
from tests.bench.table import Line, show
from tests.faults.site import Site

REPORTS, ALLOWED, WINDOW = 2_000, 1_200, 60
"""Reports that wait, and the calls that the city allows in so many seconds."""
PATIENCE = 240.0


def main() -> bool:
    """Measure; True if every line passes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        settings = {"upstream_rate": f"{ALLOWED}/{WINDOW}"}
        site = Site(folder, f"sqlite:///{folder / 'ours.sqlite'}", settings=settings)
        try:
            lines = _drain(site)
        finally:
            site.end()
    return show(f"Draining {REPORTS} reports, {ALLOWED} calls in {WINDOW} s allowed", lines)


def _drain(site: Site) -> list[Line]:
    site.start_city()
    for number in range(REPORTS):
        site.submit(f"Dead squirrel {number}")
    site.turn(limit=str(ALLOWED))
    site.start_worker()
    give_up = time.monotonic() + PATIENCE
    while not site.all_are(State.ACCEPTED) and time.monotonic() < give_up:
        time.sleep(1)
    rows = site.core.outbox.list(limit=REPORTS)
    delivered = sum(row["state"] == State.ACCEPTED.value for row in rows)
    starts = sorted(row["last_attempt_at"] for row in rows if row["last_attempt_at"])
    later = zip(starts, starts[ALLOWED:], strict=False)
    seconds = median((end - start).total_seconds() for start, end in later)
    all_seconds = (starts[-1] - starts[0]).total_seconds()
    log = [line for path in site.folder.glob("log-*.txt") for line in _lines(path)]
    posts, refused = (sum(mark in line for line in log) for mark in ("POST /open311/", " 429"))
    rate, whole = ALLOWED / seconds * 60, len(starts) / all_seconds * 60
    floor = f"{ALLOWED}/min allowed"
    return [
        Line("delivered", str(delivered), f"{REPORTS} saved", delivered, REPORTS),
        Line("once the first burst is over", f"{rate:.0f}/min", floor, rate / ALLOWED, 0.95),
        Line("all of it", f"{whole:.0f}/min", floor, whole / ALLOWED, 0.95),
        Line("POST", str(posts), f"{REPORTS} saved", posts / REPORTS, 1, at_most=True),
        Line("429", str(refused), "", refused, 0, at_most=True),
    ]


def _lines(log: Path) -> list[str]:
    """Read a program's log; the city's has a line a request that ends with the status."""
    return log.read_text(encoding="utf-8").splitlines()
