"""What counts as one typing error."""

import pytest

from scf_report.geo.typos import Vocabulary, one_error_apart


@pytest.mark.parametrize(
    "other", ["madsion", "maddison", "madion", "madinon", "adison", "madisonn"]
)
def test_one_error_is_seen_both_ways(other: str) -> None:
    """Swapped, doubled, left out and replaced letters count, at the ends too."""
    assert one_error_apart("madison", other)
    assert one_error_apart(other, "madison")


@pytest.mark.parametrize("other", ["madison", "addison", "mdaisno", "mad", "", "nosidam"])
def test_equal_words_and_two_errors_are_not_one(other: str) -> None:
    """Addison is two errors from Madison: another street, no slip."""
    assert not one_error_apart("madison", other)


def test_a_vocabulary_finds_what_a_full_comparison_finds() -> None:
    """The index finds the same words as comparing with each of them."""
    known = ["madison", "addison", "mason", "maison", "oak", "oka", "a", "47", "st", "halsted"]
    vocabulary = Vocabulary(known)
    for typed in ("madisn", "maisno", "oak", "oaak", "halstd", "mdison", "ma"):
        expected = sorted(
            word
            for word in known
            if len(typed) > 2 and not word.isdecimal() and one_error_apart(typed, word)
        )
        assert vocabulary.near(typed) == expected


def test_numbers_are_never_misspelled() -> None:
    """48th is not 47th with an error."""
    assert Vocabulary(["47", "470"]).near("471") == []
