"""Figures behind `./motcua bench`: each is a ratio to a floor measured in the same run on the same server.

benchmarks/README.md says how they are measured and what they do not say.
"""
