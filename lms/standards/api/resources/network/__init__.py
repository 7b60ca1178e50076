"""What people are employed at and as: the parts of the network and the posts."""
