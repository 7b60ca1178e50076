"""Courses: their outline, lessons, sources and published versions.

Invariants: a published version never changes; a course has at most one draft; a version's texts
exist in each of its languages before it is published. A course is also a folder of readable files
(format ``lms-course/1``) that loads and exports without loss. Serves authors and every domain that
teaches or examines.
"""
