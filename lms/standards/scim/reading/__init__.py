"""What lists are read by: keys of users, plain members of groups."""
