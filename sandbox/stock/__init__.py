"""The stock of rooms: decides which are kept idle, who gets one, what is started and what goes. Does no I/O."""
