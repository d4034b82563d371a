"""Code: what a Python source says, read and never run."""
