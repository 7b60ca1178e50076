"""Pictures that travel with questions: their bytes made clean, and areas on them by each format."""
