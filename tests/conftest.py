"""Options of the whole test suite."""

import pytest

pytest_plugins = ["tests.proof"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-system",
        action="store_true",
        help="skip tests that need Debian packages (nginx, FFmpeg, Chromium)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if not item.get_closest_marker("spread"):  # fixtures of a file are made once, in one worker
            item.add_marker(
                pytest.mark.xdist_group(item.path.relative_to(config.rootpath).as_posix())
            )
    if not config.getoption("--no-system"):
        return
    skip = pytest.mark.skip(reason="--no-system: needs Debian packages")
    for item in items:
        if item.get_closest_marker("system"):
            item.add_marker(skip)
