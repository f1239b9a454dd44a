"""Encryption at rest for what is personal until it is delivered (JWE, A256GCM, joserfc)."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey


class SealBrokenError(Exception):
    """A sealed value was made with a key that is no longer configured, or was tampered with."""


class Sealer:
    """Seals JSON values with the first of several secrets and opens those made with any of them.

    ``secrets`` is SCF_SECRET_KEY split at its commas, newest first. Each gets its own key for
    this purpose, so that sealing and form tokens never share one.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys: dict[str, OctKey] = {}
        for secret in secrets:
            raw = hashlib.sha256(b"scf_report sealing v1\0" + secret.encode()).digest()
            self._keys[hashlib.sha256(raw).hexdigest()[:12]] = OctKey.import_key(raw)
        self._newest = next(iter(self._keys))
        self._hash_key = hashlib.sha256(
            b"scf_report hashing v1\0" + secrets[0].encode()
        ).digest()

    def seal(self, value: Any) -> str:  # noqa: ANN401  # any JSON value
        """Encrypt a JSON value to compact text."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": self._newest}
        return jwe.encrypt_compact(header, json.dumps(value).encode(), self._keys[self._newest])

    def open(self, sealed: str) -> Any:  # noqa: ANN401  # any JSON value
        """Decrypt what :meth:`seal` made. Raises SealBrokenError."""
        try:
            token = jwe.decrypt_compact(
                sealed, lambda found: self._keys[str(found.headers()["kid"])]
            )
            return json.loads(token.plaintext or b"null")
        except (JoseError, KeyError, ValueError) as error:
            raise SealBrokenError from error

    def keyed_hash(self, text: str) -> str:
        """Hash text so that only this installation could compare it (HMAC-SHA256, hexadecimal)."""
        return hmac.new(self._hash_key, text.encode(), hashlib.sha256).hexdigest()
