"""The pure functions that decide: who may ask, what was asked, what may be changed, when a patch is proven."""
