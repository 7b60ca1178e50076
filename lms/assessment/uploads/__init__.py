"""Files that candidates hand in as answers.

A file is a blob and a row that names the attempt and question it was sent for; the answer itself
stands in the attempt's log and refers to the blob by its SHA-256. An answer may refer to files of
its own attempt and question alone. Files are never unpacked, run or shown in a page: examiners of
the answer and the candidate download them.
"""
