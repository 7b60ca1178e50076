"""Forms of authors: items of each kind, exams, the filter of the bank."""
