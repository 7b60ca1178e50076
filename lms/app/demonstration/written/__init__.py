"""What the demonstration's people wrote and handed in, for examiners to judge."""
