"""Texts of foreign files brought into the Markdown of items, and items' texts made portable."""
