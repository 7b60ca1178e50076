"""The Markdown dialect of lessons and items: its parser, its sanitiser, its examiner.

Pages use ``lms.catalog.rendering``; course checks use ``examining``.
"""
