"""Learning platform for the staff training centre of a network of government service centres.

The package is layered: a domain may import what stands beneath it and never what stands above or
beside it (the contract is in ``pyproject.toml`` and is checked by import-linter). Calls go down,
events go up, pages link sideways by endpoint name, and only ``lms.app`` sees everything.
"""

__version__ = "0.1.0"
