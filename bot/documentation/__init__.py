"""Documentation: pages of the web that people named, fetched for the planner.

It is the one place beside the model's own where something of a job leads into the network, so it stands by
itself: programs get it as a function from the composition, and it knows nothing of models, rooms or GitHub.
Which pages may be read at all is decided in `bot.decisions.admission.pages`. With no host allowed, nothing is fetched.
"""
