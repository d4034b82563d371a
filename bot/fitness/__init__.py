"""Fitness: measures what the configured model can really do on this machine, with the product's own programs.

Each measurement is bounded in time, in calls and in tokens, and all of them together in time.
"""
