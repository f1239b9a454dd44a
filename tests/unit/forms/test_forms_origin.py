"""Only requests from our own pages change anything."""

import pytest
from werkzeug.datastructures import Headers

from scf_report.forms.origin import same_origin

HOST = "http://127.0.0.1:5000/"


@pytest.mark.parametrize(
    ("sent", "public_url", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, None, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://cdn.example"}, None, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:5000"}, None, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:5000"}, None, False),
        ({"Sec-Fetch-Site": "none"}, None, False),
        ({"Origin": "http://127.0.0.1:5000"}, None, True),
        ({"Origin": "http://127.0.0.1:5001"}, None, False),
        ({"Origin": "https://127.0.0.1:5000"}, None, False),
        ({"Origin": "http://127.0.0.1:5000"}, "https://report.example", False),
        ({"Origin": "https://report.example"}, "https://Report.Example:443/app/", True),
        ({"Origin": "https://report.example.evil.test"}, "https://report.example", False),
        ({"Origin": "https://xn--mnchen-3ya.example"}, "https://münchen.example", True),
        ({"Origin": "http://[::1]:5000"}, "http://[::1]:5000", True),
        ({"Origin": "null"}, None, False),
        ({"Origin": ""}, None, False),
        ({"Referer": "http://127.0.0.1:5000/report"}, None, False),
        ({}, None, False),
    ],
)
def test_origin(sent: dict[str, str], public_url: str | None, *, ours: bool) -> None:
    """Sec-Fetch-Site decides; without it the Origin has to be ours; silence is foreign."""
    assert same_origin(Headers(sent), public_url, HOST) is ours


@pytest.mark.parametrize(
    "host_url", ["http://a:99999/", "http://[x/", "http://" + "a" * 70 + "/"]
)
def test_a_broken_host_header_is_foreign(host_url: str) -> None:
    """A Host header that is no host makes the request foreign, not an error."""
    assert same_origin(Headers({"Origin": "http://a"}), None, host_url) is False
