"""Mutants: copies of a patch with one small fault each, to learn whether its tests notice any."""
