"""Which types show in the public list: one sighting counts, three misses end the search."""

from scf_report.domain.api_choice import Api
from scf_report.storage.database import Database
from scf_report.storage.seen import SeenTypes
from tests.unit.storage.conftest import ENDPOINT


def test_one_sighting_is_enough(database: Database) -> None:
    """After it nobody looks any more, and other types and endpoints know nothing of it."""
    seen, other = SeenTypes(database, ENDPOINT), SeenTypes(database, "another")
    with database.write() as connection:
        assert (seen.is_seen(connection, "7"), seen.is_open(connection, "7")) == (False, True)
        seen.note(connection, "7", seen=False)
        seen.note(connection, "7", seen=True)
        assert (seen.is_seen(connection, "7"), seen.is_open(connection, "7")) == (True, False)
        assert (seen.is_seen(connection, "8"), seen.is_open(connection, "8")) == (False, True)
        assert other.is_seen(connection, "7") is False


def test_three_misses_end_the_search(database: Database) -> None:
    """Such a type counts as private or moderated, until a look-up finds one after all."""
    seen = SeenTypes(database, ENDPOINT)
    with database.write() as connection:
        for _ in range(3):
            assert seen.is_open(connection, "7")
            seen.note(connection, "7", seen=False)
        assert not seen.is_open(connection, "7")
        assert not seen.is_seen(connection, "7")
        seen.note(connection, "7", seen=True)
        assert seen.is_seen(connection, "7")


def test_each_api_has_lists_of_its_own(database: Database) -> None:
    """What shows over Open311 proves nothing about APIv2's lists, where the same code may be another."""
    open311, apiv2 = (SeenTypes(database, ENDPOINT, api) for api in (Api.OPEN311, Api.APIV2))
    with database.write() as connection:
        open311.note(connection, "7", seen=True)
        assert open311.is_seen(connection, "7")
        assert not apiv2.is_seen(connection, "7")
        assert apiv2.is_open(connection, "7")


def test_one_that_was_held_for_review_ends_all_proof(database: Database) -> None:
    """Even of a type whose reports have shown before, since any may be held now."""
    seen = SeenTypes(database, ENDPOINT)
    with database.write() as connection:
        seen.note(connection, "7", seen=True)
        seen.note_moderated(connection, "7")
        seen.note(connection, "7", seen=True)
        assert (seen.is_seen(connection, "7"), seen.is_open(connection, "7")) == (False, False)
