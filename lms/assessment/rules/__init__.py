"""How an exam is conducted: who may start when, for how long, on which paper, and what counts.

Invariants: allowances and extensions are only ever appended, and taken back by a further entry; an
attempt's deadline is one pure function of its start, the exam's minutes, those entries and the
exam's closing; a paper follows from its seed and the state that it is drawn in; release codes are
stored hashed.
"""
