"""Durable execution: a story's lines are steps that never repeat once they are finished.

`steps.py` is the seam the workflow sees; `inline.py` runs steps at once (one job, no database);
`durable.py` runs them on DBOS, so that a job survives any crash of the process. `pump.py` hands it what the store's
inbox has. `lease.py` and `nodes.py` let several processes share one PostgreSQL: the living take over what the dead
have left, and who was frozen can't write any more. `parking.py` is for jobs that have to wait, `pausing.py` for a
database in trouble, `given_up.py` for what can't go on, `janitor.py` for what nobody asks for any more.
"""
