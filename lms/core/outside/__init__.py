"""Asking servers of others: of what they do nothing keeps a worker for long."""
