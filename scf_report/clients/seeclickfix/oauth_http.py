"""The calls of signing in: one at a time, short, small, never redirected, and never quoted.

They are apart from the calls to the API: they may go to another host, and do not count among those
that the upstream allows in a minute.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from scf_report.clients.deadline import Deadline
from scf_report.clients.errors import (
    BrokenError,
    Evidence,
    NotSentError,
    RefusedError,
    UnansweredError,
)
from scf_report.clients.exchange import Bounds, exchange, make_client

LONGEST_CALL = 10.0
"""Seconds from the start to the last byte."""
LARGEST_ANSWER = 100_000
"""Bytes; a profile or a token with all its claims is a few thousand."""
BOUNDS = Bounds(LONGEST_CALL, LONGEST_CALL, LARGEST_ANSWER)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)


class OAuthRefusedError(RefusedError):
    """A clear no (4xx). ``code`` is what stood under ``error`` (RFC 6749, section 5.2), or empty."""

    def __init__(self, evidence: Evidence, http_status: int, code: str) -> None:
        super().__init__(evidence, http_status)
        self.code = code


class OAuthHttp:
    """Calls that answer with one JSON object; raises the errors of ``scf_report.clients.errors``.

    Their evidence holds no part of an answer, because answers hold tokens.
    """

    def __init__(
        self,
        user_agent: str,
        http: httpx.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._client = make_client(user_agent, http, {"Accept": "application/json"})

    def get(self, url: str, authorization: str) -> Mapping[str, Any]:
        """Read an object."""
        headers = {"Authorization": authorization}
        return self._object(self._client.build_request("GET", url, headers=headers))

    def post(
        self, url: str, fields: Mapping[str, str], authorization: str | None = None
    ) -> Mapping[str, Any]:
        """Send a form; an empty answer is an empty object (RFC 7009, section 2.2)."""
        headers = {"Authorization": authorization} if authorization else {}
        request = self._client.build_request("POST", url, data=dict(fields), headers=headers)
        return self._object(request)

    def _object(self, request: httpx.Request) -> Mapping[str, Any]:
        response, body = self._exchange(request)
        status = response.status_code
        evidence = Evidence(request.method, _bare(request.url), status)
        found = _read_object(body)
        if 400 <= status < 500:
            raise OAuthRefusedError(evidence, status, _error_code(found))
        if not 200 <= status < 300 or found is None:
            raise BrokenError(evidence, status, redirected=response.is_redirect)
        return found

    def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        deadline = Deadline(LONGEST_CALL, self._monotonic)
        evidence = Evidence(request.method, _bare(request.url))
        try:
            response, body = exchange(self._client, request, BOUNDS, deadline)
        except _NOT_SENT as error:
            raise NotSentError(evidence) from error
        except Exception as error:
            # Whatever else went wrong, an embedded application's own failure included.
            raise UnansweredError(evidence) from error
        if len(body) > LARGEST_ANSWER:
            raise UnansweredError(evidence)
        return response, body


def _read_object(body: bytes) -> Mapping[str, Any] | None:
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _error_code(found: Mapping[str, Any] | None) -> str:
    code = (found or {}).get("error")
    return code if isinstance(code, str) else ""


def _bare(url: httpx.URL) -> str:
    return str(url).partition("?")[0]
