"""What the personnel department decides about certifications."""
