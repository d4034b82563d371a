"""What the agent costs: calls and prompt characters by strategy, and the time of its parts on a large repository."""
