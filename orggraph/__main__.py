"""Run the command line as ``python -m orggraph``."""

from orggraph.cli import main

if __name__ == "__main__":
    main(prog_name="orggraph")
