"""Staffing: windows, needs and people of a centre's week."""
