# Shared set-up of the sessions in this folder; no page shows it.
. "$SNIPPETS/sessions/faq/lib.bash"
cp "$SNIPPETS"/troubleshoot/*.py .
call() {  # method, path [, body]: the API, which is quicker than starting `kite`
    curl -s -X "$1" -H "Authorization: Bearer ${KITE_TOKEN:-$(token up)}" \
        -H "Content-Type: application/json" ${3:+-d "$3"} "http://127.0.0.1:8080/v1/$2"
}
stream_key() {  # room: creates the room if need be, prints a new stream key
    call POST rooms "{\"id\": \"$1\", \"title\": \"$1\"}" > /dev/null
    call POST "rooms/$1/keys" | jq -r .stream_key
}
until_live() {
    for _ in $(seq 100); do call GET "rooms/$1" | grep -q '"state":"live"' && break; sleep 0.1; done
}
until_logged() {  # regex: until kite.log has it
    for _ in $(seq 100); do grep -qE "$1" "$KITE_DATA_DIR/logs/kite.log" && break; sleep 0.2; done
}
broadcast() {  # clip, stream key: over and over, in real time
    ffmpeg -hide_banner -loglevel quiet -nostdin -re -stream_loop -1 -i "$1" -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$2"
}
