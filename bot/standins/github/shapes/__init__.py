"""The stand-in's state as the JSON that GitHub shows: one function per kind of object."""
