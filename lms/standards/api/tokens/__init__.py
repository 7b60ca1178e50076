"""Tokens: who made them, what they may do, until when; shown once and kept as a hash."""
