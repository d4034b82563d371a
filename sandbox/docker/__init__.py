"""The Docker driver: rooms as single-use containers."""
