"""Staffing of the centres: service groups, windows, hours and needs, who works when."""
