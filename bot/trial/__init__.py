"""`intern trial`: jobs whose right answer is known, done with the operator's model and scored by hidden tests."""
