"""Whatever is asked or sent over APIv2, the sandbox answers; it never falls over."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.contract.sandbox_api_city import HERE, ROSA, ApiCity
from tests.contract.sandbox_city import POTHOLE

TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "1", "10101", "-1", "²", "9" * 5000, "1e400", "nan", "true"]),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner)),
    max_leaves=6,
)
ASKED = ("lat", "lng", "min_lat", "max_lat", "min_lng", "max_lng", "page", "per_page", "sort")
ASKED_MORE = (
    "sort_direction",
    "status",
    "request_types",
    "search",
    "after",
    "before",
    "details",
)
SENT = ("request_type_id", "lat", "lng", "address", "answers", "anonymize_reporter", "comment")
QUESTIONS = ("summary", "description", "1010101", "1010102", "1010103", "1010104")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> ApiCity:
    """One city for all examples."""
    city = ApiCity(Path(tmp_path_factory.mktemp("fuzz")))
    city.turn(limit="999999999")
    return city


@settings(deadline=None, max_examples=60)
@example(parameters={"page": "9" * 5000, "per_page": "9" * 5000})
@example(parameters={"after": "9999-12-31T23:59:59-23:59"})
@given(st.dictionaries(st.sampled_from([*ASKED, *ASKED_MORE]), TEXT))
def test_any_list_is_answered(city: ApiCity, parameters: dict[str, str]) -> None:
    """A list is given, or refused with 400, to somebody and to nobody."""
    for path, person in (("issues", None), ("profile/issues", ROSA), ("issues/new", None)):
        answer = city.call("GET", path, person, params=parameters)
        assert answer.status_code in (200, 400)


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from(SENT), ANYTHING),
    st.dictionaries(st.sampled_from(QUESTIONS), ANYTHING),
)
def test_any_report_is_answered(
    city: ApiCity, changes: dict[str, object], answers: dict[str, object]
) -> None:
    """A report is taken or refused, whatever JSON stands where."""
    whole = {**HERE, "request_type_id": POTHOLE, "answers": answers, **changes}
    for path in ("issues", "issues/14200001/comments"):
        answer = city.call("POST", path, ROSA, json=_finite(whole))
        assert answer.status_code in (201, 400, 404, 422)
    assert city.call("GET", "profile/issues", ROSA).status_code == 200


@pytest.mark.parametrize(
    "body", [b'{"lat": NaN}', b'{"address": "\\ud800"}', b"[" * 100_000, b"\xff", b"", b"1"]
)
def test_any_body_is_answered(city: ApiCity, body: bytes) -> None:
    """What can hardly be called JSON is refused."""
    headers = {
        "Authorization": f"Bearer {city.token(ROSA)}",
        "Content-Type": "application/json",
    }
    answer = city.http.post("/api/v2/issues", content=body, headers=headers)
    assert answer.status_code in (400, 422)


def _finite(body: object) -> object:
    """Keep what JSON can say: httpx sends no infinities."""
    return json.loads(json.dumps(body), parse_constant=lambda _: None)
