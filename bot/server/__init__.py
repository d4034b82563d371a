"""The webhook server: receives deliveries, stores them durably, answers; the engine does the rest."""
