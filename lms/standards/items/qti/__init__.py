"""QTI 2.x and 3.0: items as XML, alone or in a package with a manifest."""
