"""Other interpreters: one program for each, run in a process of its own by `bench.sandbox.peer`."""
