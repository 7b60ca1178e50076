"""What a candidate is shown and what comes back from the page.

Invariants: nothing here loads a scoring key while an attempt is open; texts are in the attempt's
language; a question looks the same in the exam, in an author's preview and in the result.
"""
