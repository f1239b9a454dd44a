"""Whatever bytes come, the readers give values or the client's own error."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scf_report.clients.open311.discovery import read_discovery
from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.refusals import read_refusal
from scf_report.clients.open311.requests import read_posted, read_requests
from scf_report.clients.open311.services import read_definition, read_services

_WORDS = """
services service service_requests requests request service_definition attributes attribute
values value key name code datatype order variable required description errors error message
duplicate base service_code service_request_id token id metadata group groups keywords type
lat long media_url requested_datetime agency_responsible discovery endpoints endpoint url
status LAT Service_Code
"""
_NAMES = st.sampled_from(_WORDS.split())
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "true",
            "nan",
            "http://[",
            "http://a/b",
            "2026-01-01",
            "9999-12-31T23:59:59-12:00",
            "0001-01-01 00:00+12:00",
            "singlevaluelist",
            "1e999",
            "\ud800",
            "\0",
        ]
    ),
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(_NAMES | st.text(max_size=4), inner, max_size=6),
    ),
    max_leaves=25,
)
_XML = st.recursive(
    st.sampled_from(["", "text", "&amp;", "&bad;", "1", "<![CDATA[<]]>"]),
    lambda inner: st.tuples(_NAMES, st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=20,
)
_BODIES = st.one_of(
    st.binary(max_size=60),
    st.binary(max_size=60).map(lambda body: b"<" + body),
    _JSON.map(lambda value: json.dumps(value).encode()),
    _XML.map(lambda text: f"<services>{text}</services>".encode()),
    _XML.map(str.encode),
)
_READERS = [
    read_services,
    read_definition,
    read_requests,
    read_posted,
    read_discovery,
    read_refusal,
]


@pytest.mark.parametrize("read", _READERS, ids=lambda read: read.__name__)
@given(body=_BODIES)
def test_any_answer_is_values_or_unreadable(read: Callable[[bytes], Any], body: bytes) -> None:
    """No answer, however made, is a mistake in our own code."""
    try:
        found = read(body)
    except UnreadableError:
        return
    str(found).encode()
