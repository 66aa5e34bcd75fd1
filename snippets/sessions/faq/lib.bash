# Shared set-up of the sessions in this folder; no page shows it.
export KITE_DATA_DIR=$PWD/kite-data
clip() {  # file, seconds, frames between key frames [, output options]: a small test picture and tone
    local file=$1 seconds=$2 gop=$3
    shift 3
    ffmpeg -hide_banner -loglevel error -nostdin -y -f lavfi -i testsrc2=size=${SIZE:-160x120}:rate=30 \
        -f lavfi -i sine=frequency=440 -t "$seconds" -c:v libx264 -preset ultrafast \
        -pix_fmt yuv420p -g "$gop" -c:a aac "$@" -f flv "$file"
}
ask() {  # method, path [, body]: the API, which is quicker than starting `kite`
    curl -s -X "$1" -H "Authorization: Bearer $(grep -hoE -m 1 'kt_[A-Za-z0-9_-]{32}' "$RUN/up.out")" \
        -H "Content-Type: application/json" ${3:+-d "$3"} "http://127.0.0.1:8080/v1/$2"
}
stream_key() {  # room: creates the room if need be, prints a new stream key
    local key
    ask POST rooms "{\"id\": \"$1\", \"title\": \"$1\"}" >/dev/null 2>&1
    key=$(ask POST "rooms/$1/keys" 2>/dev/null | jq -r '.stream_key // empty')
    if [ -z "$key" ]; then  # no token is at hand, or the API is elsewhere
        kite room create "$1" >/dev/null 2>&1
        key=$(kite key create "$1" --json | jq -r .stream_key)
    fi
    echo "$key"
}
publish() {  # clip, stream key: in real time; ends with the clip
    ffmpeg -hide_banner -loglevel quiet -nostdin -re -i "$1" -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$2"
}
until_live() {
    for _ in $(seq 100); do
        curl -s http://127.0.0.1:8089/stat | tr -d '\n' | grep -q "<name>$1</name>.*<publishing" && break
        sleep 0.1
    done
}
until_playable() {  # room: until its playlist is there
    for _ in $(seq 100); do curl -sf "http://127.0.0.1:8088/hls/$1.m3u8" >/dev/null && break; sleep 0.2; done
}
until_answering() {
    for _ in $(seq 100); do curl -sf http://127.0.0.1:8080/healthz >/dev/null && break; sleep 0.2; done
}
token() {  # region of “kite up”: the first access token it printed
    grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/$1.out" | head -n 1
}
