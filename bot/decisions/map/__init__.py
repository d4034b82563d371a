"""Map: where in a repository an issue leads, from bytes alone; nothing of the repository is ever imported.

Every Python file is read at a glance (a **Sketch**, by regular expressions: 10 MiB take a third of a second,
where the parser would take four), and files are ranked by what the issue says (its **Hints**) and by the way
they refer to each other. Only the likeliest files are parsed into **Symbol** s, which are ranked the same way.
"""
