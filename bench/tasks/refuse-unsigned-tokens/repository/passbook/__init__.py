"""Small signed tokens."""

from passbook.errors import BadSignature, Expired, Malformed, TokenError
from passbook.keys import Keyring
from passbook.tokens import issue, verify

__all__ = ["BadSignature", "Expired", "Keyring", "Malformed", "TokenError", "issue", "verify"]
