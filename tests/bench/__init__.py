"""The benchmarks: ``make bench``. Each figure stands beside a baseline of the same run."""
