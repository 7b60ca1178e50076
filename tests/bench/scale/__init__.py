"""Whether lists and the nightly rules keep their promises with a whole network's data."""
