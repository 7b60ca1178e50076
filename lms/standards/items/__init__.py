"""Item banks in the formats of other tools: one reader and one writer a format (``formats``)."""
