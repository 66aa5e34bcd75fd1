# Streams that play and show nothing, or say nothing, or say it late; a profile that phones lack.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
made() {  # file, video source, audio source [, output options]
    local file=$1 video=$2 audio=$3
    shift 3
    ffmpeg -hide_banner -loglevel error -nostdin -y -f lavfi -i "$video" -f lavfi -i "$audio" -t 20 \
        -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -c:a aac "$@" -f flv "$file"
}
FLASH="color=black:size=160x120:rate=30,drawbox=color=white:t=fill:enable='lt(mod(t,2),0.2)'"
BEEP="aevalsrc='if(lt(mod(t,2),0.2),sin(880*2*PI*t),0)':s=44100"
made black.flv color=black:size=160x120:rate=30 sine=frequency=440
made silent.flv testsrc2=size=160x120:rate=30 anullsrc
made mute.flv testsrc2=size=160x120:rate=30 anullsrc -an
made demo.flv "$FLASH" "$BEEP"
made late.flv "$FLASH" "$BEEP" -af adelay=500
made pro.flv testsrc2=size=160x120:rate=30 anullsrc -pix_fmt yuv444p
for room in black silent mute demo late pro; do broadcast $room.flv "$(stream_key $room)" & done
for room in black silent mute demo late pro; do until_playable $room; done
sleep 5

# --8<-- [start:black-facts]
python3 facts.py black publisher playlist
# --8<-- [end:black-facts]

# --8<-- [start:black]
timeout 20 ffmpeg -hide_banner -t 3 -i http://127.0.0.1:8088/hls/black.m3u8 \
  -an -vf blackdetect=d=1 -f null - 2>&1 | grep -c black_start
# --8<-- [end:black]

# exit: 1
# --8<-- [start:not-black]
timeout 20 ffmpeg -hide_banner -t 3 -i http://127.0.0.1:8088/hls/silent.m3u8 \
  -an -vf blackdetect=d=1 -f null - 2>&1 | grep -c black_start
# --8<-- [end:not-black]

# exit: 1
# --8<-- [start:mute]
python3 facts.py mute publisher
# --8<-- [end:mute]

# --8<-- [start:silent]
timeout 20 ffmpeg -hide_banner -t 3 -i http://127.0.0.1:8088/hls/silent.m3u8 \
  -vn -af volumedetect -f null - 2>&1 | grep -oE 'mean_volume: -[0-9]+'
# --8<-- [end:silent]

# --8<-- [start:loud]
timeout 20 ffmpeg -hide_banner -t 3 -i http://127.0.0.1:8088/hls/black.m3u8 \
  -vn -af volumedetect -f null - 2>&1 | grep -oE 'mean_volume: -[0-9]+'
# --8<-- [end:loud]

# silent
# --8<-- [start:sync-define]
apart() {  # room that shows a flash and plays a beep at the same moment
  timeout 20 ffmpeg -hide_banner -copyts -t 6 -i "http://127.0.0.1:8088/hls/$1.m3u8" \
    -vf blackdetect=d=1:pix_th=0.1 -af silencedetect=n=-30dB:d=1 -f null - 2>&1 |
    awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^black_end:/) picture = substr($i, 11) }
         /silence_end/ && picture { late = $5 - picture
           printf "sound %.1f s behind the picture\n", late - 2 * int(late / 2 + (late < 0 ? -0.5 : 0.5)); exit }'
}
# --8<-- [end:sync-define]

# --8<-- [start:sync-good]
apart demo
# --8<-- [end:sync-good]

# --8<-- [start:sync-late]
apart late
# --8<-- [end:sync-late]

# --8<-- [start:profile]
for room in pro demo; do
  timeout 20 ffprobe -v error -select_streams v -show_entries stream=codec_name,profile,pix_fmt \
    -of csv=p=0 "http://127.0.0.1:8088/hls/$room.m3u8" | head -n 1
done
# --8<-- [end:profile]

# --8<-- [start:type]
curl -s -o /dev/null -w '%{http_code} %{content_type}\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:type]
