"""Messages about what was planned for a day and couldn't be done on it."""
