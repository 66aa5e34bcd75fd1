# Set-up of the sessions in this folder; no page shows it.
. "$SNIPPETS/sessions/faq/lib.bash"
PUBLISHERS=()
on_air() {  # clip, stream key: over and over, in real time
    ffmpeg -hide_banner -loglevel quiet -nostdin -stream_loop -1 -re -i "$1" -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$2"
}
going() {  # command: in the background, until `ended`
    "$@" &
    PUBLISHERS+=($!)
}
ended() {  # everything that was going, and what it started
    for each in "${PUBLISHERS[@]}"; do pkill -KILL -P "$each"; kill -KILL "$each"; done 2>/dev/null
    wait "${PUBLISHERS[@]}" 2>/dev/null
    PUBLISHERS=()
}
