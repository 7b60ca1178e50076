"""What an erasure leaves on paper."""
