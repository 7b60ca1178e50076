"""What begins on a day ahead: hires and transfers that an HR system announces, and ends of work.

What is planned is a row of its own; the post itself begins on its day, by a job that is safe to run
late or twice; so does the end of work after the last day. One post and one end of work at a time
for a person. A plan that ended stays on record with how: done, replaced by another, overtaken by
what happened meanwhile, called off with a reason, or failed; whoever planned it is told of that.
"""
