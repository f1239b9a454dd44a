"""``make soak``: many reports through the web while everything is killed, stopped and lied to.

``python -m tests.faults.soak [sqlite|postgres|apiv2]…``: Open311 on SQLite, then on a PostgreSQL of
its own with a Redis of its own, then APIv2 with people who have signed in, on another such pair.
Ends with 1 when anything was lost or doubled, when a 429 was seen, or when a report did not come to
rest; with 2 where a server is not installed.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scf_report.domain.delivery import State
from tests.faults.doomed import SPANS
from tests.faults.servers import ServerMissingError, postgres, redis
from tests.faults.site import Site, wait_for
from tests.faults.soakers import Crowd, Residents, Strangers
from tests.faults.storm import BETWEEN_LOOKS, Storm
from tests.faults.verdict import judge, table

CHANCE = 0.15
RATE = 2000
"""Calls a minute that both sides are set to; the real 20 would make this last an hour."""
RESTING = {State.ACCEPTED, State.MODERATED, State.REJECTED, State.UNDECIDED, State.WITHDRAWN}
PATIENCE = 240.0
"""Seconds for what is left to come to rest once nothing is disturbed any more."""


@dataclass(frozen=True)
class Soak:
    """One run: who sends, and where the app keeps its things."""

    title: str
    crowd: Callable[[Site], Crowd]
    signing_in: bool = False
    on_servers: bool = True


SOAKS = {
    "sqlite": Soak("Open311, on SQLite", Strangers, on_servers=False),
    "postgres": Soak("Open311, on PostgreSQL and Redis", Strangers),
    "apiv2": Soak("APIv2, on PostgreSQL and Redis", Residents, signing_in=True),
}


def soak(title: str, crowd: Crowd) -> bool:
    """Let the storm blow over one installation; tell whether every promise was kept."""
    began, site = time.monotonic(), crowd.site
    site.start_city("tests.faults.faulty_city")
    site.turn(limit=str(RATE), token_seconds="1")
    _learn(crowd)
    # A fixed start, so that a bad run can be repeated as nearly as processes allow.
    chance = random.Random(311)  # noqa: S311
    drafts = crowd.drafts(chance)
    site.city.get(f"/chance/{CHANCE}")
    web, pool = site.start_web(), ThreadPoolExecutor(4)
    storm = Storm(site, chance, crowd.size, crowd.lost_at, crowd.look)
    sent = [pool.submit(crowd.send, draft) for draft in drafts]
    try:
        web = storm.blow(web, sent)
    finally:
        pool.shutdown(cancel_futures=True)
    receipts = [each.result() for each in sent]
    site.city.get("/chance/0")
    worker = site.start_hurried_worker()
    rested = _wait_for_rest(crowd)
    for each in (worker, web):
        site.kill(each)
    shown = {
        draft.id: [path.rpartition("/")[2] for path in paths]
        for draft, paths in zip(drafts, receipts, strict=True)
    }
    wrong = judge(crowd, shown)
    wrong["did not come to rest"] = 0 if rested else 1
    _say(f"\n{title}: {len(site.states())} reports in {time.monotonic() - began:.0f} s")
    for line in table(site, storm.kills, wrong):
        _say(line)
    return not any(wrong.values())


def _learn(crowd: Crowd) -> None:
    site = crowd.site
    crowd.learn()
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the first reports are not delivered")
    wait_for(
        lambda: all(row["due"] is None for row in site.core.outbox.list()), "nothing is learned"
    )
    site.kill(worker)


def _wait_for_rest(crowd: Crowd) -> bool:
    give_up = time.monotonic() + PATIENCE
    while not crowd.site.all_are(*RESTING):
        if time.monotonic() > give_up:
            return False
        crowd.look(1)
        time.sleep(BETWEEN_LOOKS)
    return True


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _site(run: Soak) -> Iterator[Site]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = f"sqlite:///{folder / 'store.sqlite'}"
        settings = {"upstream_rate": f"{RATE}/60", "report_limit": "100000/60"}
        if run.on_servers:
            address = stack.enter_context(postgres())
            settings["redis_url"] = stack.enter_context(redis())
        site = Site(folder, address, settings=settings, signing_in=run.signing_in)
        stack.callback(site.end)
        yield site


def main() -> int:
    """Run those that are asked for, or all; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SOAKS, []], metavar="NAME")
    # Whatever ends this ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    names = parser.parse_args().names or list(SOAKS)
    spans = ", ".join(f"{key} {value.total_seconds():g} s" for key, value in SPANS.items())
    _say(f"In a hurry: {spans}. Both sides allow {RATE} calls a minute.")
    kept = True
    try:
        for name in names:
            with _site(SOAKS[name]) as site:
                kept = soak(SOAKS[name].title, SOAKS[name].crowd(site)) and kept
    except ServerMissingError as missing:
        _say(f"{missing} is needed.")
        return 2
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
