"""Durable execution: a story's lines are steps that never repeat once they are finished.

`steps.py` is the seam the workflow sees; `inline.py` runs steps at once (one job, no database);
`durable.py` runs them on DBOS, so that a job survives any crash of the process. `lease.py` and `nodes.py` let several
processes share one PostgreSQL: the living take over what the dead have left, and who was frozen can't write any more.
`database.py` opens tables of ours beside its own: `daybook.py` keeps what was spent on each day, `account.py` is one
job's way to it, and `outcomes.py` keeps what became of pull requests. `halts.py` keeps which jobs were stopped, which
`durable_steps.py` sees within a second, and `whereabouts.py` how far each has come.
"""
