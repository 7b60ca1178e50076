"""A running exam at a glance, for invigilators and examiners."""
