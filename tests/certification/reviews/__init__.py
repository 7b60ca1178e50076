"""Reviews after a regrade."""
