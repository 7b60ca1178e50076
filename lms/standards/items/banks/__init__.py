"""Between a bank and the formats: what an import would do, doing it, and exporting."""
