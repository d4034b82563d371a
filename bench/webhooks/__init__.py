"""Webhooks: how fast signed deliveries are verified and stored, beside a Probot app that stores nothing.

All contenders get the same payloads from the same sender, in turns, and stand still between their own: one that has
deliveries left to hand on would take the others' disk and processor. What a slice of one second says is noise, what
the medians of many say is told.
"""
