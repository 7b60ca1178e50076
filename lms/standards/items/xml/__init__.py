"""XML of strangers, read within limits and without anything that reaches outside; and written."""
