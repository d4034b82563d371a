"""The model's failures, turned into errors that speak to the person who can do something about them.

What a model's server says may hold the key that it was sent, or pieces of the prompt. So the sentence that
others get to see is made from the kind of failure and the HTTP status alone; the server's own words go to
the log.
"""

import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

import dspy
from dspy.lm15 import LM15Error, ProviderError

from bot.errors import ModelError
from bot.programs.engine import CUT_OFF
from bot.programs.model import Model

LONGEST_DETAIL = 500
HIDDEN = "***"
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

#: The first kind that fits counts. {} is the HTTP status, in brackets, where there was one.
REASONS: tuple[tuple[type[dspy.LMError], str], ...] = (
    (dspy.LMAuthError, "the model's server refused the request{}; check INTERN_MODEL_KEY"),
    (dspy.LMBillingError, "the model's server refused the request{}; check the account's credit"),
    (dspy.LMRateLimitError, "the model's server takes no more requests for now{}"),
    (dspy.LMUnsupportedModelError, "the model's server has no such model{}; check INTERN_MODEL"),
    (dspy.LMInvalidRequestError, "the model's server refused the request{}"),
    (dspy.LMTimeoutError, "the model's server did not answer in time"),
    (dspy.LMTransportError, "the model's server did not answer, or broke off"),
    (dspy.LMServerError, "the model's server answered with an error{}"),
    (dspy.LMConfigurationError, "the model is not set up; check INTERN_MODEL and INTERN_MODEL_KEY"),
    (dspy.LMProviderError, "the model's server gave a reply that can't be used{}"),
)

log = logging.getLogger(__name__)


@contextmanager
def told_plainly(doing: str) -> Iterator[None]:
    """Turn what dspy raises into ModelError.

    Args:
        doing: what the model was asked for ("plan the change").

    Raises:
        ModelError: the model's server failed, or its replies can't be read. One sentence, without a word
            of the server's.
    """
    try:
        yield
    except dspy.AdapterParseError as error:
        what = "did not have the form asked for" if str(error.lm_response or "").strip() else "were empty"
        raise ModelError(f"The model could not {doing}: its replies {what}.") from error
    except dspy.LMError as error:
        log.warning("The model could not %s: %s: %s", doing, type(error).__name__, one_line(str(error.message)))
        if isinstance(error, dspy.ContextWindowExceededError):
            raise ModelError(f"The model can't {doing}: the text is longer than its context window.") from None
        # Not "from error": a traceback in a log or a database would repeat what was left out here.
        raise ModelError(f"The model could not {doing}: {reason_of(error)}.") from None


def reason_of(error: dspy.LMError) -> str:
    """Why it failed, by the error's kind and HTTP status alone."""
    if error.provider_code == CUT_OFF:
        return "the reply was cut off at its longest allowed length"
    known = error.status if isinstance(error.status, int) and 100 <= error.status <= 599 else None
    kind = dspy.LMAuthError if known in REFUSED else type(error)
    for parent, reason in REASONS:
        if issubclass(kind, parent):
            return reason.format(f" ({known:d})" if known else "")
    return "the request to the model failed"


def one_line(text: str) -> str:
    """The text as one printable line of bounded length, fit for a log."""
    printable = "".join(character if character.isprintable() else " " for character in text[: 4 * LONGEST_DETAIL])
    return " ".join(printable.split())[:LONGEST_DETAIL]


@contextmanager
def keeping_secrets(model: Model) -> Iterator[None]:
    """Take the model's key, and the userinfo of its URL, out of every error that comes from inside.

    Raises:
        LM15Error: the same error without the secrets; a ProviderError for what was no error of a model.
    """
    try:
        yield
    except LM15Error as error:
        error.message = without_secrets(str(error.message), model)
        error.args = tuple(without_secrets(str(part), model) for part in error.args)
        for name in ("provider_code", "request_id"):
            if value := getattr(error, name):
                setattr(error, name, without_secrets(str(value), model))
        raise error from None
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - the text of any error may come from the server
        raise ProviderError(without_secrets(f"{type(error).__name__}: {error}", model)) from None


def without_secrets(text: str, model: Model) -> str:
    """The text with every occurrence of the model's secrets replaced, by their exact values."""
    for secret in sorted(secrets_of(model), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def secrets_of(model: Model) -> set[str]:
    """The key, and the URL's user and password: plain, percent-decoded, and as HTTP sends them (RFC 7617)."""
    userinfo, at, _host = urlsplit(model.url).netloc.rpartition("@")
    found = {model.key}
    if at:
        found |= {userinfo, *userinfo.split(":", 1)}
        found |= {unquote(part) for part in found if part != model.key}
        found |= {b64encode(text.encode()).decode() for text in (userinfo, unquote(userinfo))}
    return found - {""}
