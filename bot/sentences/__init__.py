"""Everything the bot says on GitHub or in a report, made in one place and harmless by construction."""
