"""Seals and signatures of journal rows, with keys drawn from the one secret ``settings.JOURNAL_KEY``.

A seal (HMAC) can be checked by whoever holds the secret; a signature (Ed25519) by everybody who has the
public key. Both cover the canonical bytes of a row's content, the same on every database.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one spelling of plain JSON values: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def seal(content: Mapping[str, Any]) -> str:
    """The keyed MAC of a row, 64 hexadecimal digits."""
    return hmac.new(_key("seal"), canonical(content), settings.JOURNAL_HASH).hexdigest()


def sign(content: Mapping[str, Any]) -> str:
    """The Ed25519 signature of a row, 128 hexadecimal digits."""
    return _signer().sign(canonical(content)).hex()


def is_signed(content: Mapping[str, Any], signature: str) -> bool:
    """Whether this journal's key signed exactly this content.

    Ed25519 gives one signature only, so comparing refuses even another spelling of it.
    """
    return hmac.compare_digest(sign(content).encode(), signature.encode())


def public_key() -> str:
    """The raw Ed25519 public key with which anybody checks the tree heads, 64 hexadecimal digits."""
    return _signer().public_key().public_bytes_raw().hex()


def _key(purpose: str) -> bytes:
    return _derived(settings.JOURNAL_KEY, purpose)


def _signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_key("sign"))


@cache
def _derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF, RFC 5869)."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"chuangwen journal {purpose}".encode())
    return kdf.derive(bytes.fromhex(secret))
