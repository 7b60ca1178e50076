"""Living facts: what courses claim, each with its source, its date and the day to look again.

The register is one for the whole network, apart from the courses: a term of law that three courses
teach is one fact. A fact's versions are added and never changed, so that what a published lesson
taught stays known. Lessons cite a fact as ``[#key]``, questions name it in ``facts``.
"""
