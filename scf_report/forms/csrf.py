"""Signed, expiring form tokens that need no cookie, so that forms work in a third-party frame.

Flask-WTF's own check keeps its token in the session, and a framed form has none where browsers
block third-party cookies.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from typing_extensions import override
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm

from scf_report.forms.messages import page_expired, page_unknown, refuse


class TokenCheck(Enum):
    """What a form token turned out to be."""

    OK = "ok"
    EXPIRED = "expired"
    """Ours, for this very form, but too old."""
    FORGED = "forged"
    """Missing, altered, signed with a key that we no longer use, or made for another form."""


def _signer(clock: Callable[[], datetime]) -> type[TimestampSigner]:
    class ClockedSigner(TimestampSigner):
        """Takes the time from the given clock."""

        @override
        def get_timestamp(self) -> int:
            return int(clock().timestamp())

    return ClockedSigner


class FormTokens:
    """Issues and checks tokens. The first key signs, all of them verify, so that keys can rotate.

    ``clock`` gives aware times. A token made by another machine whose clock runs ahead is fine.
    """

    def __init__(
        self,
        keys: Sequence[str],
        lifetime: timedelta = timedelta(hours=2),
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)),  # itsdangerous signs with the last one
            signer=_signer(clock),
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def issue(self, purpose: str, subject: str) -> str:
        """Make a token, safe in URLs and HTML, that holds for this purpose and subject alone."""
        return str(self._serializer.dumps("", salt=_salt(purpose, subject)))

    def check(self, text: object, purpose: str, subject: str) -> TokenCheck:
        """Judge what was posted as the token, whatever it is. Never raises."""
        if not (isinstance(text, str) and text.isascii()):
            return TokenCheck.FORGED
        try:
            _, issued = self._serializer.loads(
                text, return_timestamp=True, salt=_salt(purpose, subject)
            )
        except BadData:
            return TokenCheck.FORGED
        if self._clock() - issued > self._lifetime:
            return TokenCheck.EXPIRED
        return TokenCheck.OK

    def bound(self, purpose: str, subject: str = "") -> "BoundToken":
        """Return what one form needs: ``("step", draft_id)``, or ``("start", "")`` for the first."""
        return BoundToken(self, purpose, subject)


def _salt(purpose: str, subject: str) -> str:
    # The salt goes into the key: a token for one draft is no signature at all for another.
    return f"form\0{purpose}\0{subject}"


@dataclass(frozen=True, slots=True)
class BoundToken:
    """The token of one form: what it is for is settled."""

    tokens: FormTokens
    purpose: str
    subject: str

    def issue(self) -> str:
        """Make a fresh token."""
        return self.tokens.issue(self.purpose, self.subject)

    def check(self, text: object) -> TokenCheck:
        """Judge what was posted as the token."""
        return self.tokens.check(text, self.purpose, self.subject)


class FormTokenCSRF(CSRF):
    """Puts a :class:`BoundToken` into a form as WTForms' ``csrf_token``. ``button`` goes on."""

    def __init__(self, token: BoundToken, button: object) -> None:
        self._token = token
        self._button = button

    @override
    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return self._token.issue()

    @override
    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        check = self._token.check(field.data)
        if check is TokenCheck.EXPIRED:
            refuse(page_expired(self._button))
        if check is TokenCheck.FORGED:
            refuse(page_unknown(self._button))
