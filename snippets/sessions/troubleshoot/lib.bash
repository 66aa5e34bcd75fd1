# Shared set-up of the sessions in this folder; no page shows it.
. "$SNIPPETS/sessions/faq/lib.bash"
cp "$SNIPPETS"/troubleshoot/*.py .
until_logged() {  # regex: until kite.log has it
    for _ in $(seq 100); do grep -qE "$1" "$KITE_DATA_DIR/logs/kite.log" && break; sleep 0.2; done
}
