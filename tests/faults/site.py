"""Real processes on this machine: a sandbox city, workers, a web server, and ways to end them badly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from scf_report.domain.delivery import State
from scf_report.domain.draft import Draft
from scf_report.domain.report import SignedIn
from scf_report.domain.report_form import ReportForm
from scf_report.factory import PROJECT, Core, build_core
from scf_report.settings import Settings
from scf_report.storage.outbox import outbox
from scf_report.storage.upstream_row import upstreams
from tests.faults.reports import PUBLIC, enqueue, fill, read_form, read_form_for_account
from tests.faults.servers import free_port, is_listening

Process = subprocess.Popen[bytes]
DELIVER = ("flask", "--app", "app", "deliver")
DOOMED = "tests.faults.doomed"
CLIENT = "scf-report-demo"
"""What the city knows the app as."""
TIMES = {"due", "lease_until", "last_attempt_at", "paused_until", "answered_at", "retry_at"}
"""The columns in which time passes."""
PATIENCE = 30.0
"""Seconds for what takes one or two on a machine that is not busy."""


def wait_for(what: Callable[[], Any], message: str) -> Any:
    """Wait until something is so, and return it."""
    give_up = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < give_up, message
        time.sleep(0.05)
    return found


def stands_still(process: Process) -> bool:
    """Tell whether it was stopped by a signal (proc(5), /proc/pid/stat)."""
    stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    return stat.rpartition(")")[2].split()[0] == "T"


@dataclass
class Site:
    """One installation: what its processes share, and the processes that were started."""

    folder: Path
    database_url: str
    processes: list[Process] = field(default_factory=list)
    forms: dict[tuple[str, bool], ReportForm] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    """Those that differ from a test's usual ones."""
    signing_in: bool = False
    """People can sign in with the city's accounts."""

    def __post_init__(self) -> None:
        self.city_port, self.web_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.web_port}"
        accounts = {"oauth_client_id": CLIENT, "public_url": self.address}
        self.city = httpx.Client(base_url=f"http://127.0.0.1:{self.city_port}", timeout=10)
        self.settings = {
            "upstream": f"http://127.0.0.1:{self.city_port}",
            "upstream_rate": "100000/60",
            "report_limit": "1000/60",
            "database_url": self.database_url,
            "data_dir": str(self.folder),
            "secret_key": "a secret for this test alone",
            "organization_id": "101",
            **(accounts if self.signing_in else {}),
            **self.settings,
        }
        self.core: Core = build_core(Settings.from_environment(self.settings))
        self.core.database.migrate()

    def start(self, *command: str) -> Process:
        """Start one of our programs, in a process group of its own."""
        ours = {f"SCF_{name.upper()}": value for name, value in self.settings.items()}
        with (self.folder / f"log-{len(self.processes)}.txt").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # our own programs
                [sys.executable, "-m", *command],
                cwd=PROJECT,
                env=os.environ | ours,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_city(self, program: str = "scf_report.sandbox") -> None:
        """Start the sandbox city on its own socket, with room for many calls."""
        database = str(self.folder / "city.sqlite")
        port = str(self.city_port)
        self.start(program, "--port", port, "--database", database)
        wait_for(lambda: is_listening(self.city_port), "the city does not answer")
        self.turn(limit="100000")

    def start_worker(self) -> Process:
        """Start one more delivery worker."""
        return self.start(*DELIVER)

    def start_doomed(self, at: str, *program: str, how: str = "kill") -> Process:
        """Start a program in a hurry that dies or stands still at a named point, once."""
        mark = self.mark(at)
        return self.start(DOOMED, "--at", at, "--how", how, "--mark", str(mark), *program)

    def mark(self, at: str) -> Path:
        """Name the file that is there once a program has come to its point."""
        return self.folder / f"came-{at.replace(' ', '-')}"

    def start_hurried_worker(self) -> Process:
        """Start one more delivery worker for whom leases end after seconds."""
        return self.start(DOOMED, *DELIVER)

    def start_web(self) -> Process:
        """Start the web server and wait until it answers."""
        process = self.start(*self.web())
        wait_for(lambda: is_listening(self.web_port), "the web server does not answer")
        return process

    def web(self) -> list[str]:
        """Give the command of the web server."""
        bind = f"--bind=127.0.0.1:{self.web_port}"
        options = ["--worker-class=gthread", "--threads=8", "--no-control-socket"]
        return ["gunicorn", bind, *options, "app:create_app()"]

    def kill(self, process: Process) -> None:
        """End it and its children at once, as kill -9 does."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)

    def end(self) -> None:
        """End everything that was started."""
        for process in self.processes:
            self.kill(process)
        self.city.close()
        self.core.database.close()

    def turn(self, **switches: str) -> None:
        """Turn switches of the city."""
        own = ("fault", "count", "only", "limit")
        form: dict[str, Any] = {key: value for key, value in switches.items() if key in own}
        form["set"] = [f"{key}:{value}" for key, value in switches.items() if key not in own]
        self.city.post("/switches", data=form).raise_for_status()

    def received(self) -> list[str]:
        """Read the texts of all reports that the city has."""
        return [record["description"] for record in self.city.get("/received.json").json()]

    def draft(self, words: str, service: str = PUBLIC, person: SignedIn | None = None) -> Draft:
        """Fill a draft to its end, begun long enough ago."""
        read, key = read_form_for_account if person else read_form, (service, bool(person))
        if key not in self.forms:
            self.forms[key] = read(self.core, service)
        return fill(self.core, self.forms[key], words, person)

    def submit(self, words: str, service: str = PUBLIC, person: SignedIn | None = None) -> str:
        """Put a report into the outbox; returns its text as the city is to get it."""
        return enqueue(self.core, self.draft(words, service, person))

    def states(self) -> list[State]:
        """Read the states of all deliveries, the longest waiting first."""
        return [State(row["state"]) for row in self.core.outbox.list(limit=10_000)]

    def wait_for_rows(self, number: int) -> None:
        """Wait until so many reports are in the outbox."""
        wait_for(lambda: len(self.states()) >= number, "nothing is submitted")

    def all_are(self, *states: State) -> bool:
        """Tell whether every delivery is in one of these states."""
        return set(self.states()) <= set(states)

    def let_pass(self, seconds: float) -> None:
        """Let time pass for the outbox and the upstream's health, while nobody works on them."""
        with self.core.database.write() as connection:
            for table in (outbox, upstreams):
                [key] = table.primary_key.columns
                for row in connection.execute(sa.select(table)).mappings().all():
                    earlier = {
                        name: row[name] - timedelta(seconds=seconds)
                        for name in TIMES & set(row)
                        if row[name] is not None
                    }
                    if earlier:
                        connection.execute(
                            table.update().where(key == row[key.name]).values(**earlier)
                        )
