"""Mail with a link for choosing a password."""
