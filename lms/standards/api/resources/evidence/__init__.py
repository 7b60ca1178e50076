"""What somebody else confirms: who was at a class, what a mentor saw."""
