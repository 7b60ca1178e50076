"""What this domain tells a person about what it holds of them; see people.disclosure."""
