"""A sitting played back from its log, step by step, and what proves that log."""
