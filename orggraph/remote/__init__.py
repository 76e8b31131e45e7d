"""An organization on a SPARQL engine elsewhere: the facts an answer touches are fetched, SPARQL is asked there.

`fetching` gets facts from the engine, `timeline` holds those that were fetched, `asking` runs queries on days and on
the history; `organization` is the face of it all.
"""

from orggraph.remote.organization import RemoteOrg

__all__ = ["RemoteOrg"]
