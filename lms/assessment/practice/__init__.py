"""Daily practice: spaced repetition over what a person has met in their courses.

Invariants: reviews are appended, never changed; what a card stands at is a fold over its reviews,
and the stored state equals that fold; a question of a session is answered once, however often the
form is sent.

What is practised (``met.met_by`` is the one place that says so):

- **self-checks** of lessons that the person has read: their answers are no secret;
- **items of the bank that the author opened for practice** (``PracticeItem``), once the lessons
  that teach their topic are read; an exam may ask them all the same;
- **items that the person was asked in an exam they have passed**, where the exam's policy shows
  explanations. Until then, and while another exam of the course is ahead (a renewal), nothing of
  the exam's pool is practised.

While an attempt at an exam of a course is under way or still awaits late answers, all practice of
that course rests: also the pages of questions that were answered before.

Privacy: a person's practice is seen by that person alone. Neither HR nor heads nor the person's
record read it; instructors see numbers over at least ``results.FEWEST_PEOPLE`` people. Retention
class: behaviour. It serves its person only, proves nothing, and goes with the person's profile
when that is erased; two years after its last review a card may be forgotten.
"""
