"""A pytest plugin: which tests a worker of pytest-xdist runs together."""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SPREAD: Final = "tests/snippets/test_sessions.py"
"""The file whose tests share nothing and take long: any worker may run them."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A file stays on one worker, so that the fixtures of the file are made once.

    Not by the marks of `--dist loadgroup`: with pytest 9.2, pytest-xdist 3.8 leaves them out in silence.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file == SPREAD else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Whatever `--dist` says."""
    config.option.loadscopereorder = False  # what takes longest comes early in the alphabet
    return ByFile(config, log)
