"""The ``kite`` command: one module for each kind of thing."""

from kite.cli.main import main

__all__ = ["main"]
