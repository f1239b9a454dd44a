"""The reasons in an error answer, in the shapes that servers use."""

from collections.abc import Callable

import httpx
import pytest

from scf_report.clients.errors import RefusedError
from scf_report.clients.open311.client import Open311Client
from scf_report.domain.delivery import Refusal

Serving = Callable[..., Open311Client]


def _refused(serving: Serving, name: str) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        serving(name, 400).post((), None)
    return caught.value


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("error_standard.json", [Refusal("lat can't be blank"), Refusal("unknown service")]),
        ("error_standard.xml", [Refusal("Service code cannot be null")]),
        ("error_mark_a_spot.json", [Refusal("No place given")]),
        ("error_klarschiff.xml", [Refusal("E-mail is missing")]),
        ("error_san_francisco.xml", [Refusal("The key is not known")]),
        (
            "error_seeclickfix_base.json",
            [
                Refusal("Issue is outside of the area."),
                Refusal("can't be blank", "description"),
            ],
        ),
        (
            "error_seeclickfix_errors.json",
            [Refusal("is missing", "point"), Refusal("is outside", "point")],
        ),
    ],
)
def test_reasons_of_every_shape(serving: Serving, name: str, reasons: list[Refusal]) -> None:
    """The resident learns why, and at which field if the server says so."""
    refused = _refused(serving, name)
    assert list(refused.reasons) == reasons
    assert not refused.duplicate


def test_seeclickfix_duplicate_refusal(serving: Serving) -> None:
    """SeeClickFix's own key for a report that it has already is told apart."""
    refused = _refused(serving, "error_seeclickfix_duplicate.json")
    assert refused.duplicate
    assert refused.reasons == (Refusal("This has been reported already."),)


def test_fixmystreet_token_that_is_not_ready_is_no_reason(serving: Serving) -> None:
    """A 400 whose body is no error says nothing that a resident could mend."""
    assert _refused(serving, "fixmystreet_token_not_ready.xml").reasons == ()


def test_errors_beside_a_message_come_first(client: Callable[..., Open311Client]) -> None:
    """Many frameworks give a headline and the fields; the fields are what helps."""
    body = {"message": "Validation failed", "errors": {"lat": "is missing", "count": 2}}
    with pytest.raises(RefusedError) as caught:
        client(lambda _: httpx.Response(422, json=body)).post((), None)
    assert caught.value.reasons == (Refusal("is missing", "lat"),)


@pytest.mark.parametrize(
    "name", ["error_unclosed.xml", "error_page.html", "page_with_200.html"]
)
def test_bloomington_pages_give_no_reasons(serving: Serving, name: str) -> None:
    """Nothing of a page for people or of a broken document is shown as a reason."""
    assert _refused(serving, name).reasons == ()


def test_a_bare_number_is_no_reason(client: Callable[..., Open311Client]) -> None:
    """A body that is only a number or a text has no shape to be trusted."""
    with pytest.raises(RefusedError) as caught:
        client(lambda _: httpx.Response(400, json=404)).post((), None)
    assert caught.value.reasons == ()
