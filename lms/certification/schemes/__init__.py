"""Certification schemes: who must hold what, on which evidence, and how each person stands.

Invariants: a version of a scheme never changes once it is in force; facts are appended with actor,
reason and instant, and one key counts once; how somebody stands is derived from them, and what is
stored of it (``CertificationStanding``) is made anew from all facts whenever one is added. Serves
HR's board and lists, each person's page, and the jobs that renew and remind.
"""
