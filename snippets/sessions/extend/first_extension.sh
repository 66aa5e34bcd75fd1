# The steps of “Your first extension in ten minutes”.
ulimit -Hn 8192

# --8<-- [start:start]
python -c 'import kite; print("Kite", kite.__version__)'
# --8<-- [end:start]

cp "$SNIPPETS/extend/acme_kite.py" .
ulimit -Sn 1024
# --8<-- [start:help]
python acme_kite.py doctor | grep -E '^(ok|warn|fail) ' | wc -l
# --8<-- [end:help]

# --8<-- [start:warn]
ulimit -Sn 1024
python acme_kite.py doctor | tail -n 2
# --8<-- [end:warn]

# --8<-- [start:ok]
ulimit -Sn 4096
python acme_kite.py doctor | tail -n 1
# --8<-- [end:ok]

# background: until Logs
# silent
# --8<-- [start:up]
python acme_kite.py up
# --8<-- [end:up]

# --8<-- [start:running]
python acme_kite.py doctor --json | tail -n 7
# --8<-- [end:running]

stop up

# exit: 1
# --8<-- [start:undone]
rm acme_kite.py
kite doctor | grep acme-
# --8<-- [end:undone]
