"""A dialogue while it is written: drawn as a graph, checked at the place, played through."""
