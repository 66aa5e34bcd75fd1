# Helpers of these sessions: a broadcaster, a viewer, and the key a region showed.

shown_key() {  # region: the secret it printed
    grep -o 'kk_[A-Za-z0-9_-]*' "$RUN/$1.out" | head -n 1
}

encoder() {
    ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=30 \
        -f lavfi -i sine=frequency=440 -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 \
        -c:a aac -t 60 -f flv "rtmp://127.0.0.1:1935/live/$1" > /dev/null 2>&1 < /dev/null
}

publish() {  # stream key: publish and wait until the room is live
    encoder "$1" &
    for _ in $(seq 50); do
        curl -s http://127.0.0.1:8089/stat | tr -d '\n' | grep -q "<name>${1%%\?*}</name>.*<publishing" && return
        sleep 0.2
    done
    echo "$1 never went live" >&2
    exit 1
}

refused() {  # stream key: fail unless the encoder is turned away
    if timeout 8 bash -c "$(declare -f encoder); encoder '$1'"; then
        echo "$1 could publish" >&2
        exit 1
    elif [ $? = 124 ]; then
        echo "$1 went on publishing" >&2
        exit 1
    fi
}

playable() {  # room: wait for its playlist; 1 if there is none
    for _ in $(seq 30); do
        curl -sf -o /dev/null "http://127.0.0.1:8088/hls/$1.m3u8" && return
        [ "$2" = now ] && return 1
        sleep 0.2
    done
    return 1
}
