"""Runs a documented shell session and keeps what each of its regions printed.

A session is a shell script whose regions (`# --8<-- [start:x]` … `[end:x]`) are what pages show.
Everything runs, in order, in one bash; lines outside regions are set-up that no page shows.
Comment lines above a start marker direct the runner:

    # background: until REGEX   run in the background until its output matches (what it printed
                                by then is kept); `stop x` ends it, and what it printed after that
                                is kept as region `x-stopped`
    # exit: 1                   the exit status that the region must have (0 if not said)
    # silent                    its output is not kept
    # aside                     a page may leave it out: nothing after it needs it (`step-order`)

Two may stand anywhere else:

    # uses: deploy/kite.service more files that it uses, besides those it names as $SNIPPETS/FILE
    # part: NAME                from here on it is another page's story (`step-order`)
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SESSIONS: Final = ROOT / "snippets" / "sessions"
HOME_SHOWN: Final = "/home/kite"
DEADLINE: Final = 240

_START: Final = re.compile(r"# --8<-- \[start:([\w-]+)\]$")
_END: Final = re.compile(r"# --8<-- \[end:([\w-]+)\]$")
_DIRECTIVE: Final = re.compile(r"# (background: until|exit:|silent|aside)\s*(.*)$")
_USES: Final = re.compile(r"^# uses: (.+)$", re.M)
_NAMED: Final = re.compile(r"\$\{?SNIPPETS\}?\"?/([\w-][\w./-]*)")


@dataclass(frozen=True, slots=True)
class Region:
    """A named part of a session and how it runs."""

    name: str
    code: str
    until: str | None = None
    exit: int = 0
    silent: bool = False


def parse(script: str) -> list[Region | str]:
    """A session as its regions and, as plain text, the hidden lines between them."""
    parts: list[Region | str] = []
    hidden: list[str] = []
    directives: dict[str, str] = {}
    lines = iter(script.splitlines())
    for line in lines:
        if match := _START.match(line.strip()):
            parts.append("\n".join(hidden))
            hidden = []
            parts.append(_region(match.group(1), lines, directives))
            directives = {}
        elif match := _DIRECTIVE.match(line.strip()):
            directives[match.group(1).partition(":")[0]] = match.group(2)
        else:
            hidden.append(line)
    return [*parts, "\n".join(hidden)]


def _region(name: str, lines: Iterator[str], directives: dict[str, str]) -> Region:
    code: list[str] = []
    for line in lines:
        if match := _END.match(line.strip()):
            if match.group(1) != name:
                raise ValueError(f"region {name} is closed as {match.group(1)}")
            break
        code.append(line)
    else:
        raise ValueError(f"region {name} is never closed")
    return Region(
        name,
        "\n".join(code),
        directives.get("background"),
        int(directives.get("exit", "0")),
        "silent" in directives,
    )


def used(path: Path) -> list[Path]:
    """The other snippets that a session uses: it names them, a script it uses does, or `# uses:` says so.

    Raises:
        FileNotFoundError: `# uses:` names a file that does not exist.
    """
    found: list[Path] = []
    waiting = [path]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        said = [ROOT / "snippets" / name for line in _USES.findall(text) for name in line.split()]
        if missing := [name for name in said if not name.is_file()]:
            raise FileNotFoundError(f"{path.name}: uses: {missing[0]}")
        code = re.sub(r"^\s*#.*", "", text, flags=re.M)
        named = [ROOT / "snippets" / name for name in _NAMED.findall(code)]
        fresh = [name for name in [*said, *named] if name.is_file() and name not in found]
        found += dict.fromkeys(fresh)
        waiting += [name for name in dict.fromkeys(fresh) if name.suffix in {".sh", ".bash"}]
    return found


_PRELUDE: Final = r"""
stop() {  # end a background region and wait for it
    kill -TERM "$(cat "$RUN/$1.pid")" 2>/dev/null
    wait "$(cat "$RUN/$1.pid")" 2>/dev/null
    local status=$?
    tail -c "+$(($(wc -c < "$RUN/$1.shown") + 1))" "$RUN/$1.out" > "$RUN/$1-stopped.out"
    rm "$RUN/$1.pid"
    return $status
}
_finish() {
    for file in "$RUN"/*.pid; do
        [ -e "$file" ] && stop "$(basename "$file" .pid)"
    done
}
trap _finish EXIT
_until() {  # name, regex: wait for the output of a background region
    for _ in $(seq 300); do
        grep -qE -- "$2" "$RUN/$1.out" 2>/dev/null && cp "$RUN/$1.out" "$RUN/$1.shown" && return 0
        kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null || break
        sleep 0.1
    done
    echo "background region $1 never printed: $2" >&2
    cat "$RUN/$1.out" >&2
    exit 97
}
"""


def compose(parts: list[Region | str]) -> str:
    """One bash program that runs the parts and leaves NAME.out and NAME.exit in $RUN."""
    program = [_PRELUDE]
    for part in parts:
        if isinstance(part, str):
            program.append(part)
        elif part.until is not None:
            code = part.code if part.code.rstrip().count("\n") else f"exec {part.code.strip()}"
            program += [
                f'( {code}\n) > "$RUN/{part.name}.out" 2>&1 &',
                f'echo $! > "$RUN/{part.name}.pid"',
                f"_until {part.name} '{part.until}'",
                f'echo {part.exit} > "$RUN/{part.name}.exit"',
            ]
        else:
            program += [
                f'{{ {part.code}\n}} > "$RUN/{part.name}.out" 2>&1',
                f'echo $? > "$RUN/{part.name}.exit"',
            ]
    return "\n".join(program)


def isolated() -> list[str]:
    """A command prefix that gives a process its own loopback network and process ids.

    The default ports are free there, and whatever a session leaves behind ends with it. Empty
    where this machine does not allow it.
    """
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return []
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    spaces = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    inner = ["unshare", *mapped, *spaces, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    worked = subprocess.run([*inner, "true"], capture_output=True, check=False)
    return inner if worked.returncode == 0 else []


Found = dict[str, tuple[Region, int, str]]
"""Region name → the region, its exit status, its output as shown."""


def run(path: Path, home: Path) -> Found:
    """Run a session in an empty home.

    Raises:
        AssertionError: the session stopped before its end.
    """
    parts = parse(path.read_text(encoding="utf-8"))
    outputs = home.parent / f"{home.name}-run"
    outputs.mkdir()
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "RUN": str(outputs),
        "SNIPPETS": str(ROOT / "snippets"),
        "TZ": "UTC",
    }
    result = subprocess.run(
        [*isolated(), "bash", "-c", compose(parts)],
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    found: Found = {}
    for region in (part for part in parts if isinstance(part, Region)):
        status = outputs / f"{region.name}.exit"
        assert status.exists(), f"{path.name}: stopped in {region.name}\n{result.stderr}"
        for name, kept in kept_files(outputs, region):
            text = kept.read_text(encoding="utf-8", errors="replace")
            shown = text.replace(str(home), HOME_SHOWN).replace(str(ROOT), f"{HOME_SHOWN}/kite")
            found[name] = (region, int(status.read_text()), tidy(shown))
    return found


def kept_files(outputs: Path, region: Region) -> list[tuple[str, Path]]:
    """The files that hold what a region printed, by the name under which it is stored."""
    if region.until is None:
        return [(region.name, outputs / f"{region.name}.out")]
    rest = outputs / f"{region.name}-stopped.out"
    files = [(region.name, outputs / f"{region.name}.shown"), (f"{region.name}-stopped", rest)]
    return [(name, path) for name, path in files if path.exists()]


def tidy(text: str) -> str:
    """What a terminal would show: lines over-written by `\\r` gone, no trailing blanks."""
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


MASKS: Final = [
    (re.compile(pattern, re.M), shown)
    for pattern, shown in (
        (r"\bk[kt]_[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])", "<secret>"),
        (r"\bwhsec_[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])", "<secret>"),
        (r"\bt=\d{10}\b", "t=<time>"),
        (r"\b\d{10}-[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])", "<ticket>"),
        (r"\bk[kt]_[A-Za-z0-9_-]{5,7}(?![A-Za-z0-9_-])", "<hint>"),
        # Not 2036: those are the times that sessions set, and what comes back must be the same.
        (r"\b(?!2036-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d| UTC)?", "<time>"),
        (r"\b\d{8}T\d{6}Z\b", "<time>"),
        (r"\b\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", "<time>"),
        (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "<time>"),
        (r"\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\b", "<time>"),
        (r"\b(?!2036-)\d{4}-\d\d-\d\d\b", "<date>"),
        (r"\b[0-9a-f]{16}\b", "<id>"),
        (r"\b[0-9a-f]{40,64}\b", "<hash>"),
        (r'\bETag: "[^"]*"', "ETag: <etag>"),
        (r"\bms=\d+", "ms=<n>"),
        (r"\bafter \d+ ms\b", "after <n> ms"),  # curl
        (r"\bclientid = \d+", "clientid = <n>"),
        (r'"(seconds|bytes|bytes_in|bitrate_kbps|ms)": ?\d+', r'"\1": <n>'),
        (r"\b(client|time|in|out|pid)=\d+", r"\1=<n>"),
        (r"\b\d+ MB free\b", "<size> free"),
        (r"\b\d+ kbits/s", "<rate>"),
        (r"^\d+(\.\d+)?[KMG]?\t", "<size>\t"),  # du
        (r"0x[0-9a-f]{6,16}", "<address>"),
        (r"\bnginx/\d+\.\d+\.\d+\S*", "nginx/<version>"),
        (r"\b(nginx\S*|libnginx-mod-rtmp)[ \t]+(\d+:)?\d[\w.+~-]*$", r"\1 <version>"),
        (r"\bffmpeg version \S+ .*", "ffmpeg version <version>"),
        (r"\bChromium \d+(\.\d+)+", "Chromium <version>"),
        (r"\b(demo|slow)-\d+\.ts\b", r"\1-<n>.ts"),
        (r"#EXTINF:\d+\.\d+", "#EXTINF:<seconds>"),
        (r"#EXT-X-MEDIA-SEQUENCE:\d+", "#EXT-X-MEDIA-SEQUENCE:<n>"),
        (r"Last message repeated \d+ times", "Last message repeated <n> times"),
        (
            r"^checked \d+ document types × (\d+) languages, \d+ pages, \d+ sections, .*\d+ rules: \d+ met",
            r"checked <n> document types × \1 languages: <n> met",
        ),
        # what the programs of snippets/troubleshoot/ measure
        (
            r"\b(media|apart|longest|newest|open|cpu|free|load|hours|total|dns|connect|first"
            r"|waiting|rtt|retrans|requests|connections|size)=[\d./]+",
            r"\1=<n>",
        ),
        (r"\b\d+ (kbit/s|segments|×)", r"<n> \1"),
        (r"\b(hls|logs|recordings) \d+ MB", r"\1 <n> MB"),
        (r"^(green|yellow|red) +(load|memory|disk)\b", r"<colour> \2"),
        (r"[ \t]+", " "),
    )
]


def masked(text: str) -> str:
    """`text` with what differs from run to run replaced; nothing else may differ."""
    for pattern, shown in MASKS:
        text = pattern.sub(shown, text)
    return text
