"""Writers take turns in the order in which they came."""

import threading
import time

import pytest

from scf_report.storage.turns import Turns


def test_first_come_first_served() -> None:
    """Nobody overtakes those who wait already."""
    turns, served = Turns(), list[int]()

    def write(number: int) -> None:
        with turns:
            served.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    with turns:
        for writer in writers:
            writer.start()
            time.sleep(0.02)
        assert served == []
    for writer in writers:
        writer.join(10)
    assert served == list(range(8))


def test_one_at_a_time() -> None:
    """Between entering and leaving nobody else is in."""
    turns, inside, most = Turns(), 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns:
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(10)
    assert most == 1


def test_a_failure_ends_the_turn() -> None:
    """What goes wrong inside is raised, and the next one is served."""
    turns = Turns()
    with pytest.raises(ValueError, match="full"), turns:
        raise ValueError("full")
    with turns:
        pass
