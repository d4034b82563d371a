"""`intern demo`: the real server, engine and sandbox, against a GitHub stand-in on this machine."""
