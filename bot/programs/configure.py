"""`configure_dspy`: what holds for dspy in the whole program, once at its start."""

import logging
import os
import warnings
from typing import Any, NoReturn

import dspy

from bot.programs.adapter import SectionAdapter


def quiet_litellm() -> None:
    """Keep LiteLLM and dspy from fetching price tables, and from reading a `.env`, at their first use.

    Sets environment variables, because they are the only switches that LiteLLM reads:
    https://docs.litellm.ai/docs/proxy/config_settings (`LITELLM_LOCAL_MODEL_COST_MAP`, `LITELLM_MODE`). In its
    default mode it loads the first `.env` above its own folder: the worked-on repository's, where the virtual
    environment lies in that.
    """
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"


def refuse_host_interpreter() -> NoReturn:
    """Stand in for dspy's own interpreter, so that no program can fall back to running code on the host."""
    raise dspy.CodeInterpreterError("Code runs in a room of the sandbox only; pass an interpreter_factory.")


def dspy_settings() -> dict[str, Any]:
    """What every context of dspy must have here, whoever made it."""
    return {
        "adapter": SectionAdapter(),
        "disable_history": True,
        "track_usage": False,
        "interpreter_factory": refuse_host_interpreter,
    }


def configure_dspy() -> None:
    """Set dspy up for the whole program. Call it once, from the main thread, before any session.

    Raises:
        RuntimeError: another thread has configured dspy before.
    """
    quiet_litellm()
    warnings.filterwarnings("ignore", message=r"(ProgramOfThought|CodeAct) is deprecated", category=DeprecationWarning)
    logger = logging.getLogger("dspy")
    logger.handlers.clear()  # dspy writes to stderr by itself; ours decides where lines go
    logger.propagate = True
    logger.setLevel(logging.ERROR)
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    dspy.configure(**dspy_settings())
