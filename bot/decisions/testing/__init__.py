"""Testing: what a test is worth, as far as reading it tells."""
