"""Run ``kite`` as ``python -m kite``."""

from kite.cli import main

main()
