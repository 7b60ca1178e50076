"""What the authors' pages are made of: forms, previews, what a draft lacks and changes."""
