"""What an operator can do from the command line, and what it never shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from scf_report.factory import Core
from scf_report.storage.drafts import drafts
from scf_report.storage.outbox import outbox
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.functional.conftest import WORDS
from tests.page import Page


def test_list_shows_states(
    flask: Callable[..., Result], reference: str, work: Callable[[], int]
) -> None:
    """One line a delivery, by reference, also for one state alone."""
    assert f"{reference}  queued" in flask("outbox", "list").output
    assert "0 shown" in flask("outbox", "list", "--state", "accepted").output
    work()
    listed = flask("outbox", "list", "--state", "accepted").output
    assert f"{reference}  accepted" in listed
    assert "1 shown" in listed
    assert flask("outbox", "list", "--state", "lost").exit_code == 2


def test_show_tells_no_secrets(
    flask: Callable[..., Result], reference: str, core: Core
) -> None:
    """State and times by reference in any spelling; no words, no key, no receipt."""
    [row] = core.outbox.list()
    shown = flask("outbox", "show", reference.lower()).output
    assert "queued" in shown
    for secret in (WORDS, row["id"], row["receipt"], row["change_key_hash"], row["payload"]):
        assert secret not in shown
    unknown = flask("outbox", "show", "AAAA-AAAA")
    assert unknown.exit_code == 1
    assert "there is no delivery AAAA-AAAA" in unknown.output


def test_retry(
    app: Flask,
    flask: Callable[..., Result],
    reference: str,
    deliver: DeliverReports,
    work: Callable[[], int],
) -> None:
    """A waiting delivery becomes due; one that is accepted does not."""
    assert f"{reference} is due now" in flask("outbox", "retry", reference).output
    work()
    refused = flask("outbox", "retry", reference)
    assert refused.exit_code == 1
    assert f"{reference} is accepted" in refused.output


def test_purge(
    flask: Callable[..., Result],
    at_check: Callable[..., Page],
    work: Callable[[], int],
    clock: Clock,
    core: Core,
) -> None:
    """Drafts go after a day; what is not delivered stays, whatever its age."""

    def count(table: sa.Table) -> int:
        with core.database.read() as connection:
            query = sa.select(sa.func.count()).select_from(table)
            return connection.execute(query).scalar_one()

    at_check().form().submit()
    at_check()
    assert flask("purge").exit_code == 0
    assert (count(drafts), count(outbox)) == (2, 1)
    clock.moment += timedelta(days=400)
    assert flask("purge").exit_code == 0
    assert (count(drafts), count(outbox)) == (0, 1)
    assert work() > 0


def test_migrate_may_be_repeated(flask: Callable[..., Result], reference: str) -> None:
    """Bringing tables up to date that are so already changes nothing."""
    assert flask("migrate").exit_code == 0
    assert reference in flask("outbox", "list").output


@pytest.mark.parametrize("arguments", [(), ("outbox",)])
def test_help_names_the_commands(
    flask: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    """Each command says in a line what it does."""
    shown = flask(*arguments, "--help").output
    for word in ("list", "show", "retry") if arguments else ("deliver", "purge", "migrate"):
        assert word in shown
