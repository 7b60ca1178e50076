"""Comments of authors on lessons: threads that are answered, resolved and opened again.

A thread is about a whole lesson or about a passage, which it quotes: after edits the passage is
found again by the quotation, also when it was changed a little. Threads stay from draft to draft.
"""
