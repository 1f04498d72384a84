"""Stands in for ExaBGP's Python package where configurations run `python -m exabgp healthcheck`: see doc/healthcheck.md."""
