"""Make and compare secrets: stream keys and access tokens.

The secrets are random (192 bits), so an unsalted SHA-256 cannot be guessed back; a slow password
hash would only slow the publish callback down.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

SECRET_BYTES = 24
HINT_LENGTH = 9


@dataclass(frozen=True)
class Secret:
    """A new secret. Only ``digest`` and ``hint`` may be stored.

    Attributes:
        plain: What the user gets, once.
        digest: SHA-256 of it, in hexadecimal.
        hint: Its first characters, to recognise it in a list.
    """

    plain: str
    digest: str
    hint: str


def new_secret(prefix: str) -> Secret:
    """Make a secret: ``prefix`` and 32 characters of base64url.

    The prefix holds an underscore, which no room id may: a key pasted in the place of a room is
    never taken for one, and so never logged.
    """
    plain = prefix + token_urlsafe(SECRET_BYTES)
    return Secret(plain, digest(plain), hint(plain))


def digest(plain: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()


def hint(plain: str) -> str:
    """The part of a secret that may be shown and stored."""
    return plain[:HINT_LENGTH]


def matches(plain: str, stored_digest: str) -> bool:
    """Compare in constant time, so that timing does not tell how much of a guess was right."""
    return hmac.compare_digest(digest(plain), stored_digest)
