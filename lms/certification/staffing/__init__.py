"""Staffing: which windows and services of a centre can be staffed with certified people in a week.

Owns service groups, the windows of each centre, what it needs by weekday and part of the day, and
when people work. Invariants: who may serve is read from the certifications day by day and never
stored here; a person sits at one window at a time, and a window serves one group at a time; every
number can be opened to the people behind it. Serves HR and heads of centres.
"""
