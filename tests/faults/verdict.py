"""What has become of the reports of ``make soak``, judged from outside and printed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from scf_report.domain.delivery import State
from scf_report.storage.counts import ATTEMPTS
from tests.faults.reports import BATCH, MODERATED, PRIVATE
from tests.faults.site import Site
from tests.faults.soakers import Crowd, reference_of

NEVER_SHOWN_SOON = {PRIVATE, MODERATED, BATCH}
"""Types of which no absence proves anything."""


def judge(crowd: Crowd, shown: Mapping[str, list[str]]) -> Counter[str]:
    """Count what must not be, by its name; ``shown`` are the receipts of each draft."""
    wrong: Counter[str] = Counter()
    rows = crowd.site.core.outbox.list(limit=10_000)
    known = {row["id"]: row["receipt"] for row in rows}
    for draft_id, receipts in shown.items():
        wrong["lost"] += receipts != [known.get(draft_id)]
    received = crowd.site.city.get("/received.json").json()
    records: dict[str, list[str]] = {}
    for record in received:
        records.setdefault(reference_of(record), []).append(str(record["id"]))
    for row in rows:
        ours = records.pop(row["reference"], [])
        state, shows = State(row["state"]), row["service_code"] not in NEVER_SHOWN_SOON
        wrong["doubled"] += len(ours) > 1
        wrong["lost"] += state is State.ACCEPTED and row["upstream_id"] not in ours
        wrong["lost"] += state is State.MODERATED and not ours
        wrong["refused"] += state is State.REJECTED
        wrong["left to a person without need"] += state is State.UNDECIDED and shows
    wrong["not ours"] = len(records)
    wrong["429"] = tally_of(crowd.site).get("429", 0)
    ambiguous = {row["service_code"] for row in rows if row["state"] == State.UNDECIDED.value}
    wrong["of a hidden type, and not left to a person"] = len(crowd.left_to_people - ambiguous)
    wrong.update(crowd.wrong(rows, received))
    return wrong


def tally_of(site: Site) -> dict[str, int]:
    """Read what the city has counted."""
    tally: dict[str, int] = site.city.get("/tally.json").json()
    return tally


def table(site: Site, kills: Counter[str], wrong: Counter[str]) -> list[str]:
    """Write everything that was counted, a line each."""
    with site.core.database.read() as connection:
        attempts = site.core.counts.totals(connection, ATTEMPTS)
    tables: dict[str, dict[str, Any]] = {
        "states": Counter(state.value for state in site.states()),
        "attempts and look-ups": {" → ".join(key): int(n) for key, n in attempts.items()},
        "killed": kills,
        "what the city met": tally_of(site),
        "wrong": wrong,
    }
    lines = []
    for title, figures in tables.items():
        lines.append(f"  {title}")
        lines += [f"    {key:60}{number:6}" for key, number in sorted(figures.items())]
    return [*lines, f"  {'SHORT' if any(wrong.values()) else 'PASS'}"]
