"""Options of the whole test suite."""

import pytest

pytest_plugins = ["tests.proof", "tests.long", "tests.workers"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-system",
        action="store_true",
        help="skip tests that need Debian packages (nginx, FFmpeg, Chromium)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--no-system"):
        return
    skip = pytest.mark.skip(reason="--no-system: needs Debian packages")
    for item in items:
        if item.get_closest_marker("system"):
            item.add_marker(skip)
