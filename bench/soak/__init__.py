"""Soak: many jobs on several processes and one PostgreSQL, while processes die and GitHub and the sandbox fail.

The servers, the engine, the database, the programs, the protocols are the real ones. GitHub is the stand-in, the model
a script, and the rooms are light: they run nothing, and a proof that was seen in real rooms once is shown again.
"""
