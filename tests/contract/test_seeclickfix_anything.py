"""Whatever bytes come from APIv2, the readers give values or the client's own error."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.seeclickfix.actions import read_done
from scf_report.clients.seeclickfix.issues import read_issue, read_issues
from scf_report.clients.seeclickfix.people import read_person
from scf_report.clients.seeclickfix.places import read_place, read_places
from scf_report.clients.seeclickfix.posting import read_posted
from scf_report.clients.seeclickfix.refusals import read_refusal
from scf_report.clients.seeclickfix.request_types import read_form, read_request_types
from scf_report.clients.transport import Answer
from scf_report.domain.report_form import RequestType

_WORDS = """
issues issue id status summary description lat lng created_at request_type title url media
image_full images full html_url transitions close_url reporter avatar square_100x100 name
comments comment commenter flag_url questions question answer votes vote_count metadata
pagination next_page entries moderated errors error error_description message base answers
current_user_relationship following request_types primary_key question_type select_values key
max_length response_required permissions can_acknowledge
places place_type url_name center coordinates
"""
_NAMES = st.sampled_from(_WORDS.split())
_TEXTS = st.sampled_from(
    [
        "true",
        "null",
        "http://[",
        "http://a/b",
        "//[",
        "/a b",
        "2026-01-01T00:00:00-05:00",
        "0001-01-01T00:00:00+12:00",
        "multivaluelist",
        "1e999",
        "²",
        "\ud800",
        "\0",
    ]
)
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _TEXTS
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_NAMES | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)
_BODIES = st.binary(max_size=60) | st.one_of(
    _JSON,
    st.dictionaries(_NAMES, _JSON, max_size=8),
    st.lists(_JSON, max_size=3).map(lambda items: {"issues": items, "request_types": items}),
    st.dictionaries(_NAMES, _JSON, max_size=8).map(lambda found: {**found, "id": 1}),
).map(lambda value: json.dumps(value).encode())


def _form(answer: Answer) -> object:
    return read_form(answer, RequestType("7", "Pothole"))


def _refusal(answer: Answer) -> object:
    return read_refusal(answer.body)


@pytest.mark.parametrize(
    "read",
    [
        read_request_types,
        _form,
        read_issue,
        read_issues,
        read_person,
        read_place,
        read_places,
        read_posted,
        read_done,
        _refusal,
    ],
    ids=lambda read: read.__name__,
)
@given(body=_BODIES, status=st.sampled_from([200, 201, 202]))
def test_any_answer_of_apiv2_is_values_or_unreadable(
    read: Callable[[Answer], Any], body: bytes, status: int
) -> None:
    """No answer, however made, is a mistake in our own code."""
    try:
        found = read(Answer("GET", "https://city.example/api/v2/x", status, body))
    except UnreadableError:
        return
    str(found).encode()
