"""Store: what outlives every process, as tables of our own in the engine's database. Knows nothing of DBOS.

`database.py` has the connections of a process, on SQLite and on PostgreSQL alike, `tables.py` makes all tables, and
`schema.py` knows their version. `inbox.py` has what came in and waits, `inbox_known.py` by what it is known again, and
`postbox.py` is the event loop's way to it. `daybook.py` keeps what was spent on each day, `wishes.py` who asked for
what, `replies.py` what a model said in a step that is not finished, `halts.py` which jobs were stopped,
`whereabouts.py` how far each has come, `outcomes.py` what became of pull requests, `turns.py` when each installation
may be written to next.
"""
