"""Pages of designs: the list, the editor with its preview, the history, which courses get which."""
