"""The printed sheet, free of the database: a face, a language and a certificate's facts in, placed
texts and pictures out.
"""
