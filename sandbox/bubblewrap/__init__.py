"""The bubblewrap driver: rooms as namespaces of an unprivileged user, for machines without a container engine."""
