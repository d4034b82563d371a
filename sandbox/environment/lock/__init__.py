"""Lock files: versions that were chosen once for everybody, one reader per kind of file."""
