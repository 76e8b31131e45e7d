"""Stores: where a ledger is kept between two runs.

`embedded` keeps it in a directory of immutable generations; nothing else here yet.
"""
