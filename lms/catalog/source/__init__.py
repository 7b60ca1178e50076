"""A course as a folder of readable files, format ``lms-course/1``.

``folder`` holds files in memory and reads them safely from disk; ``reading`` turns them into typed
``content`` and collects every mistake as a ``Problem`` (file, line, message), raising for none;
``writing`` turns content back into files, always the same bytes for the same content; ``loading``
and ``collecting`` connect content with the database. Other domains add their files through
``parts``.
"""
