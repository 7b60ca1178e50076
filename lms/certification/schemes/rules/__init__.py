"""Rules applied to posts, and what one would mean before it is saved."""
