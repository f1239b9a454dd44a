"""What is personal cannot be read in the database's file, and keys can be changed."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from joserfc import jwe
from joserfc.jwk import OctKey

from scf_report.domain.report import Contact
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import NewDelivery, Outbox
from scf_report.storage.sealing import SealBrokenError, Sealer
from tests.unit.storage.conftest import ENDPOINT

OLD, NEW = "the old secret of many letters", "the new secret of many letters"


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    """SCF_SECRET_KEY "new,old" reads everything, and what it writes needs the new key alone."""
    before = Sealer([OLD]).seal({"email": "ann@example.org"})
    both = Sealer([NEW, OLD])
    assert both.open(before) == {"email": "ann@example.org"}
    assert Sealer([NEW]).open(both.seal(["kept"])) == ["kept"]


def test_what_is_sealed_is_a_jwe() -> None:
    """A library that knows the standard opens it with the key alone, and we open what it seals."""
    sealer = Sealer([OLD])
    key = OctKey.import_key(hashlib.sha256(b"scf_report sealing v1\0" + OLD.encode()).digest())
    sealed = sealer.seal({"street": "Kölner Straße"})
    theirs = jwe.decrypt_compact(sealed, key)
    assert theirs.plaintext is not None
    assert json.loads(theirs.plaintext) == {"street": "Kölner Straße"}
    assert sealer.open(jwe.encrypt_compact(dict(theirs.headers()), b"[1, 2]", key)) == [1, 2]


def test_without_its_key_a_seal_does_not_open() -> None:
    """The error is one of its own, whichever way the seal is broken."""
    sealed = Sealer([OLD]).seal("secret")
    for broken in (sealed, "no seal", sealed[:-4] + "AAAA", ""):
        with pytest.raises(SealBrokenError):
            Sealer([NEW]).open(broken)
    with pytest.raises(SealBrokenError):
        Sealer([OLD]).open(sealed[:-4] + "AAAA")


def test_equal_values_are_sealed_differently() -> None:
    """Nobody sees from two rows that the same person wrote both."""
    sealer = Sealer([OLD])
    assert sealer.seal("ann@example.org") != sealer.seal("ann@example.org")


def test_hashes_compare_within_one_installation_only() -> None:
    """The same address gives the same hash here, and another one elsewhere."""
    assert Sealer([NEW, OLD]).keyed_hash("192.0.2.7") == Sealer([NEW]).keyed_hash("192.0.2.7")
    assert Sealer([NEW]).keyed_hash("192.0.2.7") != Sealer([OLD]).keyed_hash("192.0.2.7")


def test_the_database_holds_nothing_that_can_be_read(
    database: Database, sealer: Sealer, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """Typed text, e-mail, answers and the second key are in no column of any table."""
    drafts = Drafts(database, sealer, ENDPOINT)
    draft = drafts.create()
    reporter = Contact(email="ann@example.org", phone="312 555 0100")
    drafts.save(
        dataclasses.replace(draft, description="A deep hole at my door", reporter=reporter)
    )
    receipt = outbox.enqueue(new("submitted"), "192.0.2.7")
    row = outbox.find_by_receipt(receipt)
    assert row is not None
    change_key = sealer.open(row["change_key"])
    stored = _everything(database)
    assert receipt.encode() in stored
    for secret in (
        "deep hole",
        "ann@example.org",
        "555 0100",
        "4711",
        "A hole",
        "192.0.2.7",
        "Madison",
        change_key,
    ):
        assert secret.encode() not in stored


def _everything(database: Database) -> bytes:
    """Read the raw file, or every column of every table."""
    if database.is_sqlite:
        path = str(database.url.database)
        return Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
    with database.read() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = [
            repr(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())  # noqa: S608
            for name in names
        ]
    return "".join(rows).encode()
