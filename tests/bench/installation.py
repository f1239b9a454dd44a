"""The app as ``make run`` serves it, in a folder of its own, and reports to fill it with."""

import dataclasses
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from app import web_command
from scf_report.domain.draft import Draft
from scf_report.domain.report_form import ReportForm
from scf_report.factory import PROJECT, Core, build_core
from scf_report.forms.csrf import FormTokens
from scf_report.settings import Settings
from tests.bench.quiet import quiet
from tests.faults.reports import MADISON, enqueue, fill
from tests.faults.servers import free_port, is_listening

PATIENCE = 60.0
POTHOLE = "Pothole in street"
CALLS = 1_000_000
"""In 60 seconds, here and in the city: speed is measured, and limits are not."""
REPORTS = "100000/1"
"""From one address, from which all come here."""


@dataclasses.dataclass
class Installation:
    """One data folder, with what the app's own parts make of it."""

    folder: Path
    settings: dict[str, str]
    core: Core
    running: ExitStack

    def draft(self, words: str) -> Draft:
        """Store a draft about a pothole that is filled to its end."""
        return fill(self.core, self.form, words)

    def submit(self, draft: Draft) -> str:
        """Put a filled draft into the outbox; returns its receipt."""
        enqueue(self.core, draft)
        receipt = self.core.outbox.receipt_of(draft.id)
        assert receipt
        return receipt

    def deliver(self) -> None:
        """Work until there is nothing left to do."""
        worker = self.core.worker().deliver
        while worker.run_once() == 0.0:
            pass

    def token(self, draft: Draft) -> str:
        """Make the token that the pages of this draft carry."""
        tokens = FormTokens(self.core.settings.secrets(), clock=self.core.now)
        return tokens.issue("step", draft.id)

    def serve(self, *options: str) -> int:
        """Start the app's own web server; returns its port."""
        return self._serve("app:create_app()", options)

    def serve_bare(self) -> int:
        """Start the floor on the very same server with the same options; returns its port."""
        return self._serve("tests.bench.bare:create_app()", ())

    def _serve(self, application: str, options: tuple[str, ...]) -> int:
        port = free_port()
        settings = Settings.from_environment({**self.settings, "port": port})
        *command, _ = web_command(settings)
        environment = {f"SCF_{name.upper()}": value for name, value in self.settings.items()}
        log = self.running.enter_context((self.folder / f"log-{port}.txt").open("wb"))
        process = subprocess.Popen(  # noqa: S603  # our own command
            [*command, *options, application],
            cwd=PROJECT,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
        )
        self.running.callback(_end, process)
        give_up = time.monotonic() + PATIENCE
        while not is_listening(port):
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the web server does not start: {log.name}")
            time.sleep(0.1)
        return port

    @cached_property
    def form(self) -> ReportForm:
        """What the city asks about a pothole, read as the app reads it, so that it is kept."""
        types = self.core.types().of(None)
        kinds = {found.name: found for found in types.at(MADISON)}
        return types.form(kinds[POTHOLE], MADISON)


@contextmanager
def installed(*, issues: int = 300) -> Iterator[Installation]:
    """Set the demo up in a fresh folder with so many issues in its city; ends all that was started."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as running:
        folder = Path(name)
        settings = {
            "data_dir": name,
            "secret_key": "a secret for measuring alone",
            "upstream_rate": f"{CALLS}/60",
            "report_limit": REPORTS,
        }
        quiet()
        core = build_core(Settings.from_environment(settings))
        core.database.migrate()
        running.callback(core.database.close)
        assert core.sandbox
        core.sandbox.seed(issues)
        core.sandbox.switchboard.turn({"limit": str(CALLS)})
        yield Installation(folder, settings, core, running)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE)
