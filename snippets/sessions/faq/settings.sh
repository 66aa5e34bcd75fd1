# What settings and the machine do: open files, ports, names, a folder that cannot be written, passwords.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_MAX_BROADCASTS=1
kite init > /dev/null

# Nothing runs, so the doctor tells the limit of the shell that asks; each has its own here.
limit=1024
kite() { (ulimit -n "$limit"; command kite "$@"); }
# --8<-- [start:files]
kite doctor | grep -A 1 file-limit
# --8<-- [end:files]

limit=8192
# --8<-- [start:files-fixed]
kite doctor | grep file-limit
# --8<-- [end:files-fixed]
unset -f kite

# --8<-- [start:ports]
export KITE_RTMP_PORT=19350 KITE_HTTP_PORT=18088
# --8<-- [end:ports]
# background: until Logs
# --8<-- [start:up-ports]
kite up
# --8<-- [end:up-ports]
stop up-ports

# --8<-- [start:resolve]
getent hosts live.example.invalid || echo "no such host"
getent hosts localhost
# --8<-- [end:resolve]

# --8<-- [start:changed]
kite --version
kite settings | grep -v '(default)'
# --8<-- [end:changed]

# exit: 1
# --8<-- [start:unwritable]
KITE_DATA_DIR=/proc/kite kite init
# --8<-- [end:unwritable]

# --8<-- [start:unwritable-doctor]
KITE_DATA_DIR=/proc kite doctor | grep -A 1 data-dir
# --8<-- [end:unwritable-doctor]

# --8<-- [start:database-password]
export KITE_DATABASE_URL='postgresql+psycopg://kite:new%40password@127.0.0.1/kite'
kite settings | grep database_url
# --8<-- [end:database-password]
