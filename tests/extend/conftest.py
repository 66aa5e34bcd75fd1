"""The running Kite of the product's own tests, for the extensions too."""

from tests.kite.conftest import stack

__all__ = ["stack"]
