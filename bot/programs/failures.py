"""The model's failures, turned into errors that speak to the person who can do something about them."""

from collections.abc import Iterator
from contextlib import contextmanager

import dspy

from bot.errors import ModelError


@contextmanager
def told_plainly(doing: str) -> Iterator[None]:
    """Turn what dspy raises into ModelError.

    Args:
        doing: what the model was asked for ("plan the change").

    Raises:
        ModelError: the model's server failed, or its replies can't be read. One sentence.
    """
    try:
        yield
    except dspy.ContextWindowExceededError as error:
        raise ModelError(f"The model can't {doing}: the text is longer than its context window.") from error
    except dspy.AdapterParseError as error:
        raise ModelError(f"The model could not {doing}: its replies did not have the form asked for.") from error
    except dspy.LMError as error:
        reason = " ".join(str(error.message).split())[:300].rstrip(".")
        raise ModelError(f"The model could not {doing}: {reason}.") from error
