"""What all operations of the API share: declaring, serving, refusing, repeating, documenting."""
