# Move a running Kite from SQLite to PostgreSQL, and back.
# A server of our own, as Debian's package makes it: the user postgres signs in without a password.
export PGHOST=/var/run/postgresql
mount -t tmpfs tmpfs /run && mkdir -m 755 "$PGHOST" && chown postgres "$PGHOST"
server=$(mktemp -d /run/pg-XXXXXX) && chown postgres "$server"
bin=$(dirname "$(find /usr/lib/postgresql -name initdb | sort | tail -n 1)")
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
as_postgres "$bin/initdb" -D "$server/data" --auth-local=peer --auth-host=scram-sha-256 --no-sync -E UTF8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$server/data" -w -l "$server/log" -o "-c listen_addresses=127.0.0.1 -k $PGHOST" start >/dev/null
export KITE_CONFIG="$HOME/kite.toml"
cat >kite.toml <<END
data_dir = "$HOME/kite-data"
END
kite init >/dev/null
kite room create demo --title "First light" >/dev/null
KEY=$(kite key create demo --json | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
up() {
  kite up >/dev/null 2>&1 &
  up=$!
  for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8080/readyz && break; sleep 0.2; done
}
up
cd /

# --8<-- [start:create]
runuser -u postgres -- psql --quiet <<'SQL'
CREATE ROLE kite LOGIN PASSWORD 'change-me';
CREATE DATABASE kite OWNER kite ENCODING 'UTF8' TEMPLATE template0;
SQL
# --8<-- [end:create]
cd "$HOME"
kill "$up"
wait "$up"
# --8<-- [start:backup]
kite backup sqlite.tar.gz
# --8<-- [end:backup]
# --8<-- [start:set]
echo 'database_url = "postgresql+psycopg://kite:change-me@127.0.0.1/kite"' >>kite.toml
kite settings | grep database_url
# --8<-- [end:set]
# --8<-- [start:restore]
kite restore sqlite.tar.gz
# --8<-- [end:restore]
up
# --8<-- [start:confirm]
kite doctor | grep database
kite room list
curl -s http://127.0.0.1:8080/readyz; echo
ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=30 -t 2 \
  -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 \
  -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY" && echo the old key is accepted
# --8<-- [end:confirm]
kite room create after-the-move >/dev/null

# aside
# exit: 1
# --8<-- [start:running]
kite backup postgresql.tar.gz && kite restore --force postgresql.tar.gz
# --8<-- [end:running]
kill "$up"
wait "$up"
# aside
# exit: 1
# --8<-- [start:not-empty]
kite restore postgresql.tar.gz
# --8<-- [end:not-empty]
# aside
# exit: 1
# --8<-- [start:wrong-password]
KITE_DATABASE_URL=postgresql+psycopg://kite:wrong@127.0.0.1/kite kite room list
# --8<-- [end:wrong-password]

# --8<-- [start:back]
kite backup postgresql.tar.gz
sed -i '/^database_url/d' kite.toml
kite restore --force postgresql.tar.gz
kite room list
# --8<-- [end:back]
as_postgres "$bin/pg_ctl" -D "$server/data" -w -m fast stop >/dev/null
