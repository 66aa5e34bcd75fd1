# How settings are changed, checked and shown.
cp "$SNIPPETS/deploy/kite.toml" kite.toml

# --8<-- [start:change]
echo 'drop_idle_publisher_seconds = 30' >>kite.toml
# --8<-- [end:change]
# --8<-- [start:show]
KITE_LOG_LEVEL=warning kite settings
# --8<-- [end:show]

# exit: 2
# --8<-- [start:wrong]
KITE_RTMP_PORT=80 KITE_FOO=1 KITE_HLS_PLAYLIST_SECONDS=4 \
  KITE_DATA_DIR='/srv/my data' kite settings
# --8<-- [end:wrong]
