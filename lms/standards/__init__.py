"""Content of this platform in the formats of other tools: item banks in and out.

Owns no tables. Reads foreign files as data only, within stated limits, and tells what was
understood and what not, each with its place; nothing is dropped silently. What was understood goes
into banks through the assessment domain's own services. Serves authors.
"""
