"""How people go through programmes: one's own path, and how a programme goes by unit."""
