"""`intern replay`: a finished job once more, its model's words taken from its trajectory. No model is asked."""
