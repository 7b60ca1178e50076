"""Posts that begin on a day ahead: hires and transfers that an HR system announces.

What is planned is a row of its own; the post itself begins on its day, by a job that is safe to run
late or twice. One plan at a time for a person. A plan that ended stays on record with how: done,
replaced by another, overtaken by what happened meanwhile, called off with a reason, or failed.
"""
