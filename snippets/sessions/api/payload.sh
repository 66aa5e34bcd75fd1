# The callbacks as nginx sends them, taken by a small listener in the place of Kite.
export KITE_DATA_DIR=$PWD/kite-data
kite init >created.txt
mkdir -p kite-data/nginx/tmp kite-data/logs kite-data/hls
kite render-nginx --output kite-data/nginx/nginx.conf
/usr/sbin/nginx -p "$PWD/kite-data/nginx/" -c nginx.conf &
nginx=$!
python3 "$SNIPPETS/requests/show_callbacks.py" >callbacks.txt &
listener=$!
until [ -s callbacks.txt ]; do sleep 0.1; done
until [ -e kite-data/nginx/nginx.pid ]; do sleep 0.1; done
ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i testsrc2=size=160x120:rate=10 \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 \
    -f flv "rtmp://127.0.0.1:1935/live/demo?key=kk_example" &
encoder=$!
until grep -q 'publish$' callbacks.txt; do sleep 0.1; done
ffmpeg -hide_banner -loglevel error -nostdin -i rtmp://127.0.0.1:1935/live/demo -f null - &
player=$!
until grep -q 'play$' callbacks.txt; do sleep 0.1; done
kill -KILL $player $encoder
until grep -q 'publish-done$' callbacks.txt; do sleep 0.1; done
kill $nginx $listener
wait

# --8<-- [start:publish]
sed -n '/callbacks\/publish$/,/^$/p' callbacks.txt
# --8<-- [end:publish]

# --8<-- [start:publish-done]
sed -n '/callbacks\/publish-done$/,/^$/p' callbacks.txt
# --8<-- [end:publish-done]

# --8<-- [start:play]
sed -n '/callbacks\/play$/,/^$/p' callbacks.txt
# --8<-- [end:play]
