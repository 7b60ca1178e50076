"""Moodle's XML of questions."""
