"""Kite with one more check of our own: python acme_kite.py doctor."""

import resource

from kite import doctor, processes
from kite.checks import Check, Finding
from kite.cli import main
from kite.settings import Settings

# --8<-- [start:look]
WANTED = 4096
"""Every connection takes one open file; what nginx reads and writes takes some more."""


def open_files(settings: Settings) -> Finding:
    """Look at the limit of the running nginx, or of this shell, which the next one inherits."""
    pid = processes.running(settings).get("nginx")
    whose = f"nginx (pid={pid})" if pid else "this shell"
    try:
        soft, _ = resource.prlimit(pid or 0, resource.RLIMIT_NOFILE)
    except PermissionError:
        return Finding("warn", f"the limit of {whose} cannot be read", "Run it as Kite's user.")
    if soft == resource.RLIM_INFINITY or soft >= WANTED:
        return Finding("ok", f"{whose} may open {soft} files, {WANTED} wanted")
    fix = f"Run “ulimit -n {WANTED}” before “kite up”, or set LimitNOFILE in its systemd unit."
    return Finding("warn", f"{whose} may open {soft} files, {WANTED} wanted", fix)


# --8<-- [end:look]


# --8<-- [start:register]
def install() -> None:
    """Put the check behind Kite's own ones."""
    doctor.CHECKS = (*doctor.CHECKS, Check("acme-open-files", open_files))


# --8<-- [end:register]


# --8<-- [start:run]
if __name__ == "__main__":
    install()
    main()
# --8<-- [end:run]
