"""Rooms that code of a model or of a repository can't leave.

A **Sandbox** makes **Room** s. A room is one isolated, single-use machine without a network: files go in as
data, code runs in it under **Limits** that are kept from outside, files come out as data, and then it is
gone. What one run did is an **Execution**; what pytest did is a **SuiteReport**.

Two drivers, `docker` and `bubblewrap`, provide a **Machine** for each room; everything that happens in it is an
order to the **agent** inside (`inside/agent.py`), over one **Stream**. A **Pool** keeps rooms ready. What a
repository's tests **Need** is found out as data and installed once, as an environment (`environment/`).

This package knows nothing of the bot, of GitHub or of models. Importing it does nothing.
"""
