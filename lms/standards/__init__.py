"""What this platform shares with other systems: item banks in and out, the REST API.

Foreign files are read as data only, within stated limits, and it is told what was understood and
what not, each with its place; nothing is dropped silently. What was understood goes into banks
through the assessment domain's own services. The API reads and changes records through the lower
domains' own queries and services, within the scope of whom its token acts as. Serves authors and
other systems.
"""
