"""Preview both languages as one site with live reload; scripts/serve calls this from the repository root.

MkDocs' own live-reload server serves the folder that holds both editions, so that the language switch works while
writing. A change rebuilds only the editions it concerns. An edition that does not build leaves its last good pages up.
"""

import argparse
import errno
import logging
import multiprocessing
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

OUT = Path("build/preview")
CHOOSER = Path("docs/index.html")
ROLLCALL = Path(sys.executable).with_name("rollcall")
SHARED = ("mkdocs.yml", "checklist.yml", "docs/theme", "docs/words.txt", "snippets")

log = logging.getLogger("preview")


def build(language: str, config_file: str, out: str, url: str) -> None:
    """Build one edition; the body of a process of its own, which starts from a clean slate every time.

    Raises:
        SystemExit: The edition cannot be built; what is wrong has been logged.
    """
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(format=f"{language}: %(levelname)s %(message)s", level=logging.WARNING)
    try:
        config = load_config(config_file, site_dir=out, site_url=url, strict=False)
        config.plugins.on_startup(command="serve", dirty=False)
        build_site(config)
    except MkDocsException as error:
        sys.exit(f"{language}: {error}" if str(error) else 1)
    except Exception as error:
        # Extensions raise what they like (a missing snippet, a bad option); the page was named by MkDocs' own log.
        sys.exit(f"{language}: {type(error).__name__}: {error}")


@dataclass
class Edition:
    """One language: what it is made from, and whether that has changed since it was last built."""

    language: str
    config_file: str
    url: str
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    @property
    def sources(self) -> list[Path]:
        """The files and folders whose change concerns this edition."""
        return [Path(name) for name in (*SHARED, self.config_file, f"docs/{self.language}")]

    def changed(self) -> bool:
        """Look at the sources again: is anything new, gone or different?"""
        before, self.seen = self.seen, dict(stamps(self.sources))
        return before != self.seen

    def start(self) -> multiprocessing.process.BaseProcess:
        """Start building beside what is being served."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        spawn = multiprocessing.get_context("spawn")
        arguments = (self.language, self.config_file, str(self.fresh.absolute()), self.url)
        process = spawn.Process(target=build, args=arguments, daemon=True)
        process.start()
        return process

    def publish(self) -> None:
        """Put the finished build in the place of the last one."""
        shutil.rmtree(OUT / self.language, ignore_errors=True)
        self.fresh.rename(OUT / self.language)

    @property
    def fresh(self) -> Path:
        """Where the next build grows."""
        return OUT.with_name(f"{OUT.name}-{self.language}")


def stamps(sources: Iterable[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Time and size of every file, without what tools leave behind."""
    for source in sources:
        for path in [source, *source.rglob("*")]:
            if path.is_file() and "__pycache__" not in path.parts:
                status = path.stat()
                yield path, (status.st_mtime_ns, status.st_size)


def refresh(editions: list[Edition]) -> None:
    """Rebuild the editions whose sources changed, side by side."""
    start = time.monotonic()
    running = [(edition, edition.start()) for edition in editions if edition.changed()]
    good = []
    for edition, process in running:
        process.join()
        if process.exitcode == 0:
            edition.publish()
            good.append(edition.language)
        else:
            log.error("%s cannot be built; the preview keeps its last good pages", edition.language)
    if good:
        log.info("Built %s in %.1f s", " and ".join(good), time.monotonic() - start)
    shutil.copy(CHOOSER, OUT)


def occupied(host: str, port: int) -> str:
    """Why this address cannot be listened on; empty if it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} is in use; choose another one: scripts/serve --port {port + 1}"
        return f"cannot listen on {host}, port {port}: {error.strerror}"
    return ""


def serve(host: str, port: int) -> None:
    """Build, serve, rebuild, until interrupted."""
    from mkdocs.livereload import LiveReloadServer

    root = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    editions = [
        Edition("zh", "mkdocs.yml", f"{root}zh/"),
        Edition("en", "mkdocs.en.yml", f"{root}en/"),
    ]
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    refresh(editions)

    def rebuild() -> None:
        """Never raise: the server would wait for a good build, and the browser with it."""
        try:
            refresh(editions)
            if Path("checklist.yml").exists():
                check = [str(ROLLCALL), "check", "--output-format", "concise"]
                subprocess.run(check, check=False)  # noqa: S603 - our own command
        except (
            OSError
        ) as error:  # a file went away while it was being looked at; its going is a change too
            log.warning("%s", error)

    server = LiveReloadServer(rebuild, host, port, str(OUT))
    server.error_handler = not_found
    for source in {*SHARED, "docs", *(edition.config_file for edition in editions)}:
        if Path(source).exists():
            server.watch(source)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell has SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    log.info("Preview on %s – Ctrl-C stops it", root)
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        log.info("Stopped")
    finally:
        server.shutdown()


def not_found(code: int) -> bytes | None:
    """The site's own page for an address that is not there."""
    page = OUT / "zh" / f"{code}.html"
    return page.read_bytes() if page.is_file() else None


def port_number(text: str) -> int:
    """A port from the command line."""
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"not a port: {text}")


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(
        prog="scripts/serve", description="Preview both languages with live reload."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=port_number, default=8000, help="port (%(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="only check the options")
    options = parser.parse_args()
    if why := occupied(options.host, options.port):
        parser.exit(2, f"error: {why}\n")
    if options.dry_run:
        return
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    serve(options.host, options.port)


if __name__ == "__main__":
    main()
