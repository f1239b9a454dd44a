"""Whatever is asked or sent, the sandbox answers; it never falls over."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.contract.sandbox_city import SandboxCity

TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "1", "10101", "-1", "9" * 5000, "1e400", "nan", "0001-01-01T00:00:00+14:00"]
    ),
)
ASKED = ("lat", "long", "page", "page_size", "start_date", "end_date", "status", "service_code")
SENT = (
    "service_code",
    "lat",
    "long",
    "description",
    "attribute[1010101]",
    "attribute[1010104]",
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> SandboxCity:
    """One city for all examples."""
    city = SandboxCity(Path(tmp_path_factory.mktemp("fuzz")))
    city.turn(limit="999999999")
    return city


@settings(deadline=None, max_examples=60)
@example(parameters={"page": "9" * 5000})
@example(
    parameters={
        "start_date": "9999-12-31T23:59:59-23:59",
        "end_date": "0001-01-01T00:00:00+23:59",
    }
)
@given(
    st.dictionaries(st.sampled_from([*ASKED, "organization_id", "service_request_id"]), TEXT)
)
def test_any_query_is_answered(city: SandboxCity, parameters: dict[str, str]) -> None:
    """A list is given or refused, in either form."""
    for form in ("json", "xml"):
        assert city.get(f"/requests.{form}", **parameters).status_code in (200, 400)


@settings(deadline=None, max_examples=60)
@example(fields={"service_code": "9" * 5000})
@given(st.dictionaries(st.sampled_from(SENT), TEXT))
def test_any_report_is_answered(city: SandboxCity, fields: dict[str, str]) -> None:
    """A report is taken or refused, and what was taken can be listed in XML."""
    assert city.post(10109, **fields).status_code in (200, 400, 404)
    assert city.xml("/requests.xml").tag == "service_requests"


@pytest.mark.parametrize(
    "path",
    [
        "/requests/99999999999999999999.json",
        "/services/%00.json",
        "/99999999999999999999/services.json",
    ],
)
def test_any_address_is_answered(city: SandboxCity, path: str) -> None:
    """Numbers beyond all bounds are not found."""
    assert city.get(path).status_code == 404
