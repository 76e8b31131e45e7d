"""Stores: where a ledger is kept between two runs.

`embedded` keeps it in a directory of immutable generations; `remote` speaks to a SPARQL engine, on which a ledger is
published (see `orggraph.publication`) and asked about (see `orggraph.remote`).
"""
