"""Encryption at rest for what is personal until it is delivered (JWE, A256GCM, joserfc)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import OctKey


class SealBrokenError(Exception):
    """A sealed value was made with a key that is no longer configured, or was tampered with."""


class Sealer:
    """Seals JSON values with the first of several secrets and opens those made with any of them.

    ``secrets`` is SCF_SECRET_KEY split at its commas, newest first. Each gets its own key for
    this purpose, so that sealing and form tokens never share one.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        keys = [
            hashlib.sha256(b"scf_report sealing v1\0" + secret.encode()).digest()
            for secret in secrets
        ]
        self._ciphers = {_name(key): AESGCM(key) for key in keys}
        self._newest, self._newest_name = OctKey.import_key(keys[0]), _name(keys[0])
        self._hash_key = hashlib.sha256(
            b"scf_report hashing v1\0" + secrets[0].encode()
        ).digest()

    def seal(self, value: Any) -> str:  # noqa: ANN401  # any JSON value
        """Encrypt a JSON value to compact text."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": self._newest_name}
        return jwe.encrypt_compact(header, json.dumps(value).encode(), self._newest)

    def open(self, sealed: str) -> Any:  # noqa: ANN401  # any JSON value
        """Decrypt what :meth:`seal` made. Raises SealBrokenError.

        The compact text is taken apart here (RFC 7516, section 7.1): every page opens something,
        and joserfc takes four times as long over it. Other algorithms than ours just fail.
        """
        try:
            header, _key, nonce, text, tag = sealed.split(".")
            cipher = self._ciphers[json.loads(_decode(header))["kid"]]
            plain = cipher.decrypt(
                _decode(nonce), _decode(text) + _decode(tag), header.encode()
            )
            return json.loads(plain)
        except (InvalidTag, KeyError, TypeError, ValueError) as error:
            raise SealBrokenError from error

    def keyed_hash(self, text: str) -> str:
        """Hash text so that only this installation could compare it (HMAC-SHA256, hexadecimal)."""
        return hmac.new(self._hash_key, text.encode(), hashlib.sha256).hexdigest()


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:12]


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(f"{part}==")
