"""What rows mean: columns, entries, refusals, and the rules that judge them. No database."""
