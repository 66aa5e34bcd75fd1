"""`python -m rollcall` is the command `rollcall`."""

from rollcall.cli import main

main()
