"""Programs of ours that run inside a room, from a read-only place. Standard library only (and pytest)."""
