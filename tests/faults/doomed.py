"""Runs one of our programs in a hurry, or lets it die or stand still at a named point, once.

``python -m tests.faults.doomed [--at POINT --how kill|stop --mark FILE] PROGRAM ARGUMENT…``

The product knows nothing of this. The times by which workers wait for each other are shortened
here and nowhere else; their order is kept, and everything else is as it is run.
"""

import argparse
import functools
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

HURRY = {
    "scf_report.domain.delivery": {
        "TOTAL_DEADLINE": timedelta(seconds=2),
        "LEASE": timedelta(seconds=4),
        "SETTLE_TIME": timedelta(seconds=3),
        "FIRST_RETRY": timedelta(seconds=0.4),
        "LONGEST_RETRY": timedelta(seconds=3),
    },
    "scf_report.storage.claims": {
        "LEARN_AFTER": timedelta(seconds=0.5),
        "PROBE_LEASE": timedelta(seconds=1.5),
    },
    # With a claim's own time it has to fit into a lease that leaves room for a whole POST.
    "scf_report.storage.grants": {"REFRESH_LEASE": timedelta(seconds=1.5)},
}
"""In this order: the second module copies what it needs of the first when it is imported."""
SPANS = HURRY["scf_report.domain.delivery"]
DOUBT_ENDS = (SPANS["LEASE"] + SPANS["SETTLE_TIME"]).total_seconds()
"""Seconds from a claim to the moment from which an absence is believed, in a hurry."""


@dataclass(frozen=True)
class Point:
    """Before or after the nth call of a function."""

    module: str
    name: str
    after: bool = False
    nth: int = 1


CLAIMS, GATEWAY = "scf_report.storage.claims", "scf_report.clients.open311.gateway"
OUTBOX, GRANTS = "scf_report.storage.outbox", "scf_report.storage.grants"
APIV2 = "scf_report.clients.seeclickfix.gateway"
WORKER_POINTS = {
    "before the claim": Point(CLAIMS, "Claims._take_calls"),
    "in the claim, before its commit": Point(CLAIMS, "make_claim", after=True),
    "after the claim": Point(CLAIMS, "Claims.has_time"),
    "before the POST": Point(GATEWAY, "Open311Gateway.send"),
    "before the POST's body": Point(CLAIMS, "Claims.has_time", after=True, nth=2),
    "after the POST": Point(GATEWAY, "Open311Gateway.send", after=True),
    # The first count is that of the question whether the city is up.
    "in recording, before its commit": Point(CLAIMS, "Counts.add_in", after=True, nth=2),
    "after recording": Point(CLAIMS, "Claims.record", after=True),
}
WEB_POINTS = {
    "before saving": Point(OUTBOX, "Outbox.enqueue"),
    "in saving, before its commit": Point(OUTBOX, "Outbox._store", after=True),
    "after saving": Point(OUTBOX, "Outbox.enqueue", after=True),
}
PERSON_POINTS = {
    "before a person's POST": Point(APIV2, "SeeClickFixGateway.send"),
    "after a person's POST": Point(APIV2, "SeeClickFixGateway.send", after=True),
    "before a renewal": Point(GRANTS, "StoredGrants.begin_refresh", after=True),
    "after a renewal": Point(GRANTS, "StoredGrants.replace", after=True),
}
LOST_RENEWAL = "before a renewal is kept"
"""The city has given new tokens, and nobody else will ever have them."""
POINTS = (
    WORKER_POINTS
    | WEB_POINTS
    | PERSON_POINTS
    | {LOST_RENEWAL: Point(GRANTS, "StoredGrants.replace")}
)


def hurry() -> None:
    """Shorten the times."""
    for module, values in HURRY.items():
        for name, value in values.items():
            setattr(importlib.import_module(module), name, value)


def doom(point: Point, fire: Callable[[], None]) -> None:
    """Let the process meet its end at the point."""
    *path, name = point.name.split(".")
    owner: Any = importlib.import_module(point.module)
    for part in path:
        owner = getattr(owner, part)
    function, calls = getattr(owner, name), count(1)

    @functools.wraps(function)
    def doomed(*arguments: Any, **more: Any) -> Any:
        fatal = next(calls) == point.nth
        if fatal and not point.after:
            fire()
        result = function(*arguments, **more)
        if fatal and point.after:
            fire()
        return result

    setattr(owner, name, doomed)


def once(mark: Path, number: signal.Signals) -> None:
    """Send the process the signal, unless that was done before (a server replaces its dead workers)."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), number)


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", choices=POINTS)
    parser.add_argument("--how", choices=["kill", "stop"], default="kill")
    parser.add_argument("--mark", type=Path)
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    hurry()
    if options.at:
        number = signal.SIGKILL if options.how == "kill" else signal.SIGSTOP
        doom(POINTS[options.at], lambda: once(options.mark, number))
    sys.argv = options.program
    runpy.run_module(options.program[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
