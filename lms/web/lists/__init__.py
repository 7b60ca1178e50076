"""Lists as files: one table, written as XLSX, CSV or a printable PDF, exactly as filtered.

``tables`` says what a list is and which lists there are; ``files`` writes and sends one;
``printing`` makes the report for paper. What is in a list, and who may see it, its domain decides.
"""
