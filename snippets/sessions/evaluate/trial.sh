# The support bundle that a trial's tickets carry.
export KITE_DATA_DIR=$HOME/kite-data
kite init >/dev/null
# --8<-- [start:bundle]
kite support-bundle bundle.tar.gz
tar tzf bundle.tar.gz
# --8<-- [end:bundle]
