# The check-up: on a server without a backup, and after one.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
ulimit -n 8192
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
export HEALTH_BACKUPS=$PWD/backups

# exit: 2
# --8<-- [start:all]
python3 health.py
# --8<-- [end:all]

# --8<-- [start:backup]
kite backup "$HEALTH_BACKUPS/today.tar.gz"
# --8<-- [end:backup]

# --8<-- [start:after]
python3 health.py --json | jq -c '.doctor, .backup'
# --8<-- [end:after]
