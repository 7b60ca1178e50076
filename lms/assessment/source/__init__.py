"""The assessment's part of a course folder: ``items/<topic>.yaml`` and ``exam.yaml``.

Read with the file and line of every mistake, written in one canonical form, loaded into the bank
and the exam of a version, collected from them without loss.
"""
