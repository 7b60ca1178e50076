"""Messages about deeds that need two people: to those who may decide, and back to who asked."""
