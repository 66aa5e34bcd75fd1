# The commands that no other session shows; the rest of the reference of commands is theirs.
ulimit -n 8192 # as the unit does; the doctor looks at it
export KITE_DATA_DIR="$HOME/kite-data"

echo 'log_level = "warning"' >trial.toml
# --8<-- [start:kite]
kite --version
kite --config trial.toml settings | grep -v '(default)'
# --8<-- [end:kite]

# exit: 2
# --8<-- [start:usage]
kite room ban demo
# --8<-- [end:usage]

# --8<-- [start:init]
kite init
kite init
# --8<-- [end:init]

# exit: 1
# --8<-- [start:error]
kite room show demo
# --8<-- [end:error]

# --8<-- [start:settings]
KITE_LOG_LEVEL=warning kite settings | grep -v '(default)'
# --8<-- [end:settings]

# --8<-- [start:doctor]
kite doctor --json | jq -c '.[0]'
# --8<-- [end:doctor]

# --8<-- [start:render-nginx]
kite render-nginx --role edge --output edge.conf
ls edge.conf
# --8<-- [end:render-nginx]

# --8<-- [start:openapi]
kite openapi >kite-openapi.json
jq -r '.info.title, .info.version' kite-openapi.json
# --8<-- [end:openapi]

# --8<-- [start:plugin-list]
kite plugin list
# --8<-- [end:plugin-list]

# --8<-- [start:serve]
kite serve 2>serve.log &
curl -s --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:8080/healthz
# --8<-- [end:serve]
kill $!
wait $!

kite room create demo --title "First light" >/dev/null
# --8<-- [start:room-show]
kite room show demo
# --8<-- [end:room-show]

# --8<-- [start:support-bundle]
kite support-bundle support.tar.gz
# --8<-- [end:support-bundle]
