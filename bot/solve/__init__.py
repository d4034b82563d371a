"""`intern solve`: the same story on a local directory, which is only ever read. No GitHub, no server."""
