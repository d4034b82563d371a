"""Evidence: what our own code observes of a patch, in fresh rooms that no model ever entered."""
