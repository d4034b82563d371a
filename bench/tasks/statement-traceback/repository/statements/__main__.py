"""`python -m statements`."""

from statements.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
