"""Stand-ins for the services outside: they speak the real protocol over real HTTP on loopback.

They ship with the product because the demo needs them, and the tests use the very same ones. A stand-in
judges the bot, so it shares no code with it: nothing in here imports another package of `bot`.
"""
