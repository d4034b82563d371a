"""Why a token is refused."""


class TokenError(Exception):
    """The root: whoever only wants to know whether a token is good catches this."""


class Malformed(TokenError):
    """It is no token at all."""


class BadSignature(TokenError):
    """It was not signed by us, or changed since."""


class Expired(TokenError):
    """It was good once."""
