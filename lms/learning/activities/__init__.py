"""What people do in a course beside reading: classroom parts, checklists, time spent, and order.

Invariants: marks of attendance, ticks of a checklist, namings of mentors and beats of reading are
appended, never changed; of several the latest holds. An activity is complete when the facts about
it meet its rule; that state is kept in ``ActivityProgress`` and equals what the facts give. What
is not open yet is neither shown nor taken: ``opening`` says what must come before.
"""
