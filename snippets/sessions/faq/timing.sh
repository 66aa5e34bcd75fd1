# What is wrong with the picture or the sound of a stream, told from its time stamps and frames.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip good.flv 10 60
ffmpeg -hide_banner -loglevel error -nostdin -y -i good.flv -itsoffset 2 -i good.flv \
    -map 0:v -map 1:a -c copy -f flv late.flv
ffmpeg -hide_banner -loglevel error -nostdin -y -i good.flv -c:a copy -c:v libx264 -preset medium \
    -g 30 -bf 2 -f flv bframes.flv
ffmpeg -hide_banner -loglevel error -nostdin -y -i good.flv -an -c:v libx264 -preset ultrafast \
    -r 8 -g 8 -f flv few.flv
publish() {  # clip, stream key: again and again
    ffmpeg -hide_banner -loglevel quiet -nostdin -re -stream_loop -1 -i "$1" -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$2"
}
publish good.flv "$(stream_key demo)" &
publish late.flv "$(stream_key late)" &
publish bframes.flv "$(stream_key bframes)" &
publish few.flv "$(stream_key few)" &
for room in demo late bframes few; do until_playable $room; done
sleep 2

# --8<-- [start:starts]
for room in demo late; do
  ffprobe -v error -show_entries stream=codec_type,start_time -of csv=p=0 \
    http://127.0.0.1:8088/hls/$room.m3u8 | sort -u | awk -F , -v room=$room '
      $1 == "audio" { audio = $2 } $1 == "video" { video = $2 }
      END { late = int((audio - video) * 10 + 0.6); printf "%s: sound %.1f s after the picture\n", room, late / 10 }'
done
# --8<-- [end:starts]

# --8<-- [start:bframes]
for room in demo bframes; do
  ffprobe -v error -select_streams v:0 -show_entries stream=profile,has_b_frames -of csv=p=0 \
    http://127.0.0.1:8088/hls/$room.m3u8 | grep , | sort -u | sed "s/^/$room: /"
done
# --8<-- [end:bframes]

cp bframes.flv test.flv
# --8<-- [start:no-bframes]
ffmpeg -hide_banner -loglevel error -nostdin -y -i test.flv -c:v libx264 -preset veryfast -bf 0 \
  -g 60 -c:a copy -f flv no-bframes.flv
ffprobe -v error -select_streams v:0 -show_entries stream=profile,has_b_frames -of csv=p=0 no-bframes.flv
# --8<-- [end:no-bframes]

# --8<-- [start:frames]
for room in demo few; do
  ffprobe -v error -count_packets -select_streams v:0 -show_entries stream=nb_read_packets -of csv=p=0 \
    "$(ls "$KITE_DATA_DIR"/hls/$room-*.ts | head -n 1)" | head -n 1 | sed "s/^/$room: frames in 2 s: /"
done
# --8<-- [end:frames]

# --8<-- [start:tracks]
for room in demo few; do
  echo "$room: $(timeout 10 ffprobe -v error -analyzeduration 5M -show_entries stream=codec_type \
    -of csv=p=0 rtmp://127.0.0.1:1935/live/$room | sort | xargs)"
done
# --8<-- [end:tracks]

# --8<-- [start:gaps]
ffprobe -v error -select_streams v:0 -show_entries packet=pts_time -of csv=p=0 \
  "$(ls "$KITE_DATA_DIR"/hls/demo-*.ts | head -n 1)" | tr -d , | grep . | sort -n | awk '
    NR > 1 && $1 - last > 0.2 { print "gap at", $1 } { last = $1 }
    END { print NR, "frames looked at" }'
# --8<-- [end:gaps]

# --8<-- [start:silent-track]
ffmpeg -hide_banner -loglevel error -nostdin -y -i few.flv -f lavfi -i anullsrc=r=44100:cl=mono \
  -shortest -c:v copy -c:a aac -f flv with-silence.flv
ffprobe -v error -show_entries stream=codec_type -of csv=p=0 with-silence.flv
# --8<-- [end:silent-track]

# --8<-- [start:aligned]
ffmpeg -hide_banner -loglevel error -nostdin -y -i good.flv -itsoffset -2 -i late.flv \
  -map 0:v -map 1:a -c copy -f flv aligned.flv
ffprobe -v error -show_entries stream=codec_type,start_time -of csv=p=0 aligned.flv
# --8<-- [end:aligned]

# --8<-- [start:speed]
ffmpeg -hide_banner -nostdin -y -i good.flv -c:v libx264 -preset veryfast -g 60 -f null - 2>&1 |
  grep -oE 'speed= *[0-9.]+' | tail -n 1 | tr -d ' ' |
  awk -F = '{ print ($2 >= 1 ? "fast enough" : "too slow: " $2) }'
# --8<-- [end:speed]
