"""Encryption at rest for what is personal until it is delivered (JWE, direct key, A256GCM).

The compact text is put together and taken apart here (RFC 7516, sections 5.1, 5.2 and 7.1), with
one algorithm: every page opens something, every report seals twice, and joserfc takes two to
three times as long over it. A test has joserfc open what is sealed here.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES, TAG_BYTES = 12, 16
"""Of A256GCM (RFC 7518, section 5.3)."""


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
        self._newest = self._ciphers[_name(keys[0])]
        self._header = _encode(
            json.dumps({"alg": "dir", "enc": "A256GCM", "kid": _name(keys[0])}).encode()
        )
        self._hash_keys = [
            hashlib.sha256(b"scf_report hashing v1\0" + secret.encode()).digest()
            for secret in secrets
        ]

    def seal(self, value: Any) -> str:  # noqa: ANN401  # any JSON value
        """Encrypt a JSON value to compact text."""
        nonce = token_bytes(NONCE_BYTES)
        sealed = self._newest.encrypt(nonce, json.dumps(value).encode(), self._header.encode())
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        return ".".join([self._header, "", _encode(nonce), _encode(text), _encode(tag)])

    def open(self, sealed: str) -> Any:  # noqa: ANN401  # any JSON value
        """Decrypt what :meth:`seal` made. Raises SealBrokenError, for other algorithms than ours too."""
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
        return _keyed_hash(self._hash_keys[0], text)

    def sign(self, text: str) -> str:
        """Sign text, so that it can be told later that it was made here; safe in URLs."""
        return self.keyed_hash(f"signed\0{text}")

    def has_signed(self, text: str, signature: str) -> bool:
        """Tell whether :meth:`sign` has made this signature, with any of the secrets."""
        made = [_keyed_hash(key, f"signed\0{text}") for key in self._hash_keys]
        return any(hmac.compare_digest(each.encode(), signature.encode()) for each in made)


def _keyed_hash(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:12]


def _encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(f"{part}==")
