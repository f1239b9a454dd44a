"""``make soak``: a thousand reports through the web while everything is killed, stopped and lied to.

On SQLite, then on a PostgreSQL of its own with a Redis of its own. Ends with 1 when anything was
lost or doubled, when a 429 was seen, or when a report did not come to rest; with 2 where a server
is not installed.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scf_report.domain.delivery import State
from scf_report.storage.counts import ATTEMPTS
from tests.faults.doomed import DOUBT_ENDS, SPANS
from tests.faults.reports import BATCH, MODERATED, PRIVATE, PUBLIC
from tests.faults.servers import ServerMissingError, postgres, redis
from tests.faults.site import DELIVER, Process, Site, stands_still, wait_for
from tests.faults.test_web_faults import send

REPORTS, WORKER_KILLS, WEB_KILLS, CHANCE = 1000, 30, 15, 0.15
RATE = 2000
"""Calls a minute that both sides are set to; the real 20 would make this last an hour."""
KINDS = [PUBLIC] * 14 + [PRIVATE] * 2 + [MODERATED] * 2 + [BATCH] * 2
NEVER_SHOWN_SOON = {PRIVATE, MODERATED, BATCH}
"""Types of which no absence proves anything."""
RESTING = {State.ACCEPTED, State.MODERATED, State.REJECTED, State.UNDECIDED, State.WITHDRAWN}
PATIENCE = 240.0
"""Seconds for what is left to come to rest once nothing is disturbed any more."""


@dataclass
class Storm:
    """Kills and stops, counted, spread over the time in which reports are sent."""

    site: Site
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)

    def blow(self, web: Process, sent: Sequence[Future[set[str]]]) -> Process:
        """Go on until all is sent; returns the web server that is left."""
        site = self.site
        # One of the two workers takes a report in its hands and never comes back.
        self._stopped("after the POST")
        sleeper, slept_at = self._stopped("before the POST's body"), time.monotonic()
        worker = site.start_hurried_worker()
        for turn in range(1, WORKER_KILLS + 1):
            while sum(each.done() for each in sent) < len(sent) * turn / (WORKER_KILLS + 1):
                time.sleep(0.05)
            time.sleep(self.chance.uniform(0, 0.5))
            worker = self._replace("worker", worker, site.start_hurried_worker)
            if turn % (WORKER_KILLS // WEB_KILLS) == 0:
                web = self._replace("web", web, site.start_web)
            if stands_still(sleeper) and time.monotonic() > slept_at + DOUBT_ENDS:
                os.kill(sleeper.pid, signal.SIGCONT)
                self.kills["stopped over its lease, and woken"] += 1
        wait(sent)
        for each in (worker, sleeper):
            site.kill(each)
        return web

    def _stopped(self, at: str) -> Process:
        process = self.site.start_doomed(at, *DELIVER, how="stop")
        wait_for(lambda: stands_still(process), f"does not stand still {at}")
        self.kills["stopped"] += 1
        return process

    def _replace(self, kind: str, process: Process, start: Callable[[], Process]) -> Process:
        self.site.kill(process)
        self.kills[kind] += 1
        return start()


def soak(name: str, site: Site) -> bool:
    """Let the storm blow over one database; tell whether every promise was kept."""
    began = time.monotonic()
    site.start_city("tests.faults.faulty_city")
    site.turn(limit=str(RATE), token_seconds="1")
    _learn(site)
    # A fixed start, so that a bad run can be repeated as nearly as processes allow.
    chance = random.Random(311)  # noqa: S311
    kinds = [chance.choice(KINDS) for _ in range(REPORTS - 1)]
    drafts = [site.draft(f"Report {number}", kind) for number, kind in enumerate(kinds)]
    site.city.get(f"/chance/{CHANCE}")
    web, storm, pool = site.start_web(), Storm(site, chance), ThreadPoolExecutor(4)
    sent = [pool.submit(send, site, draft.id) for draft in drafts]
    try:
        site.kill(storm.blow(web, sent))
    finally:
        pool.shutdown(cancel_futures=True)
    receipts = [each.result() for each in sent]
    site.city.get("/chance/0")
    worker = site.start_hurried_worker()
    rested = _wait_for_rest(site)
    site.kill(worker)
    shown = {
        draft.id: [path.rpartition("/")[2] for path in paths]
        for draft, paths in zip(drafts, receipts, strict=True)
    }
    wrong = _judge(site, shown)
    wrong["did not come to rest"] = 0 if rested else 1
    _print(name, site, storm, wrong, time.monotonic() - began)
    return not any(wrong.values())


def _learn(site: Site) -> None:
    site.submit("The first of its kind")
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the first report is not delivered")
    wait_for(lambda: site.core.outbox.list()[0]["due"] is None, "nothing is learned")
    site.kill(worker)


def _wait_for_rest(site: Site) -> bool:
    give_up = time.monotonic() + PATIENCE
    while not site.all_are(*RESTING):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.5)
    return True


def _judge(site: Site, shown: dict[str, list[str]]) -> Counter[str]:
    """Count what must not be, by its name."""
    wrong: Counter[str] = Counter()
    rows = site.core.outbox.list(limit=10_000)
    known = {row["id"]: row["receipt"] for row in rows}
    for draft_id, receipts in shown.items():
        wrong["lost"] += receipts != [known.get(draft_id)]
    records: dict[str, list[str]] = {}
    for record in site.city.get("/received.json").json():
        reference = record["description"].partition(":")[0]
        records.setdefault(reference, []).append(str(record["id"]))
    for row in rows:
        ours = records.pop(row["reference"], [])
        state, shows = State(row["state"]), row["service_code"] not in NEVER_SHOWN_SOON
        wrong["doubled"] += len(ours) > 1
        wrong["lost"] += state is State.ACCEPTED and row["upstream_id"] not in ours
        wrong["lost"] += state is State.MODERATED and not ours
        wrong["refused"] += state is State.REJECTED
        wrong["left to a person without need"] += state is State.UNDECIDED and shows
    wrong["not ours"] = len(records)
    wrong["429"] = _tally(site).get("429", 0)
    ambiguous = {row["service_code"] for row in rows if row["state"] == State.UNDECIDED.value}
    wrong["private or moderated not left to a person"] = len({PRIVATE, MODERATED} - ambiguous)
    return wrong


def _tally(site: Site) -> dict[str, int]:
    tally: dict[str, int] = site.city.get("/tally.json").json()
    return tally


def _print(name: str, site: Site, storm: Storm, wrong: Counter[str], seconds: float) -> None:
    with site.core.database.read() as connection:
        attempts = site.core.counts.totals(connection, ATTEMPTS)
    states = Counter(state.value for state in site.states())
    tables: dict[str, dict[str, Any]] = {
        "states": states,
        "attempts and look-ups": {" → ".join(key): int(n) for key, n in attempts.items()},
        "killed": storm.kills,
        "what the city met": _tally(site),
        "wrong": wrong,
    }
    _say(f"\n{name}: {states.total()} reports in {seconds:.0f} s")
    for title, figures in tables.items():
        _say(f"  {title}")
        for key, number in sorted(figures.items()):
            _say(f"    {key:44}{number:6}")
    _say(f"  {'SHORT' if any(wrong.values()) else 'PASS'}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _site(address: str, folder: Path, **more: str) -> Iterator[Site]:
    rates = {"upstream_rate": f"{RATE}/60", "report_limit": "100000/60"}
    site = Site(folder, address, settings={**rates, **more})
    try:
        yield site
    finally:
        site.end()


def main() -> int:
    """Run both; returns the exit status."""
    # Whatever ends this ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    spans = ", ".join(f"{key} {value.total_seconds():g} s" for key, value in SPANS.items())
    _say(f"In a hurry: {spans}. Both sides allow {RATE} calls a minute.")
    try:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            folder = Path(one)
            with postgres() as address, redis() as cache:
                with _site(f"sqlite:///{folder / 'store.sqlite'}", folder) as site:
                    kept = soak("SQLite", site)
                with _site(address, Path(two), redis_url=cache) as site:
                    kept = soak("PostgreSQL and Redis", site) and kept
    except ServerMissingError as missing:
        _say(f"{missing} is needed.")
        return 2
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
