"""What every domain stands on: database, unit of work, clock, errors, settings, jobs, storage.

No word of the subject matter appears here.
"""
