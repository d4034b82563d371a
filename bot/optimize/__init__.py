"""`intern optimize`: instructions and examples for the programs, found on exercises and accepted on held-out ones."""
