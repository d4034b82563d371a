"""Proof: what makes a patch proven, and all that can be held against it."""
