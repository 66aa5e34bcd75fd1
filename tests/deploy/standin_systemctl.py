#!/usr/bin/python3 -I
"""Stands in for systemctl where systemd is not process 1: starts units by the lines in their files.

Known: enable, disable, is-enabled (by the real systemctl, as links on disk), start, stop, restart,
is-active, daemon-reload. Honoured in unit files: User, UMask, Environment, LimitNOFILE,
NoNewPrivileges, StandardOutput=append:, ExecStartPre, ExecStart, PIDFile. The sandboxing options
are not: `systemd-analyze verify` reads those.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

RUN = Path("/run/standin")
FOLDERS = (Path("/etc/systemd/system"), Path("/lib/systemd/system"))
ANSWER_SECONDS = 10.0


def unit(name: str) -> dict[str, list[str]]:
    """Key → values of the unit file ``name``; sections do not matter here."""
    path = next(
        p for f in FOLDERS if (p := f / f"{name.removesuffix('.service')}.service").exists()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def prefix(found: dict[str, list[str]]) -> list[str]:
    """What gives a command the user, the limit and the environment of its unit."""
    command = [
        "env",
        "-i",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
        "LANG=C.UTF-8",
    ]
    command += found["Environment"]
    for limit in found["LimitNOFILE"]:
        command += ["prlimit", f"--nofile={limit}"]
    for user in found["User"]:
        command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        command += ["--no-new-privs"] if found["NoNewPrivileges"] == ["yes"] else []
    return command


def pid(name: str) -> int | None:
    """Process id of the unit if it runs."""
    files = [RUN / f"{name}.pid", *map(Path, unit(name)["PIDFile"])]
    for file in files:
        try:
            number = int(file.read_text(encoding="ascii"))
            state = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2]
        except (OSError, ValueError):
            continue
        if state.split()[0] != "Z":
            return number
    return None


def start(name: str) -> None:
    """Run ExecStartPre, then ExecStart in the background unless the unit forks by itself."""
    if pid(name):
        return
    found = unit(name)
    as_user = prefix(found)
    umask = int((found["UMask"] or ["0022"])[0], 8)
    for line in found["ExecStartPre"]:
        subprocess.run([*as_user, *shlex.split(line)], check=True, umask=umask)
    command = [*as_user, *shlex.split(found["ExecStart"][0].replace("%%", "%"))]
    if set(found["Type"]) & {"forking", "oneshot"}:
        # What it prints goes to the journal; nobody sees it on the terminal.
        subprocess.run(command, check=True, umask=umask, stdout=subprocess.DEVNULL)
        return
    log = (found["StandardOutput"] or ["append:/dev/null"])[0].removeprefix("append:")
    with Path(log).open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=umask,
            cwd="/",
        )
    (RUN / f"{name}.pid").write_text(f"{process.pid}\n", encoding="ascii")


def stop(name: str) -> None:
    """End the unit with SIGTERM and wait for it."""
    number = pid(name)
    if number is None:
        return
    os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + ANSWER_SECONDS
    while pid(name):
        if time.monotonic() > deadline:
            sys.exit(f"{name} does not stop")
        time.sleep(0.05)


def main(arguments: list[str]) -> int:
    """Do what was asked for."""
    RUN.mkdir(parents=True, exist_ok=True)
    options = {a for a in arguments if a.startswith("-")}
    verb, *names = [a for a in arguments if not a.startswith("-")]
    if verb == "is-enabled":
        return subprocess.run(["/usr/bin/systemctl", "--root=/", verb, *names]).returncode
    if verb in {"enable", "disable"}:
        subprocess.run(["/usr/bin/systemctl", "--quiet", "--root=/", verb, *names], check=True)
        verb = {"enable": "start", "disable": "stop"}[verb] if "--now" in options else "done"
    if verb == "is-active":
        return 0 if all(pid(name) for name in names) else 3
    for name in (n for n in names if not n.endswith(".timer")):
        if verb in {"stop", "restart"}:
            stop(name)
        if verb in {"start", "restart"}:
            start(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
