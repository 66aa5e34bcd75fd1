# How a plugin is tested: alone, and in a running Kite.
# uses: plugins/kite-word-filter/test_word_filter.py
. "$SNIPPETS/sessions/extend/lib.bash"
export KITE_DATA_DIR=$PWD/trial # as in the regions: hidden lines and background ones share it

# silent
# --8<-- [start:alone]
cd kite-word-filter
python -m pytest -q
cd ..
# --8<-- [end:alone]

# --8<-- [start:trial]
export KITE_DATA_DIR="$PWD/trial"
kite init > /dev/null
printf 'refuse = ["spam"]\n' > trial/word-filter.toml
python -m pip install --quiet --no-index --no-deps --editable ./kite-word-filter
kite plugin list
# --8<-- [end:trial]

# --8<-- [start:closed]
printf 'refuse = ["spam"]\nopen_until = 0\n' > trial/word-filter.toml
# --8<-- [end:closed]

# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
until_answering

# --8<-- [start:publish]
kite room create closed > /dev/null
KEY=$(kite key create closed --json | jq -r .stream_key)
ffmpeg -loglevel quiet -re -f lavfi -i testsrc2 -t 2 -f flv "rtmp://127.0.0.1:1935/live/$KEY"
grep publish.refused trial/logs/kite.log
# --8<-- [end:publish]

rm -f trial/logs/word-filter.jsonl
mkdir trial/logs/word-filter.jsonl
kite room create again > /dev/null
until_logged delivery.failed trial/logs/kite.log
# --8<-- [start:failed]
grep -oE 'event=(plugin|delivery)\.failed .* (hook|attempts)=[a-z0-9_]+' trial/logs/kite.log
grep event=plugin.failed trial/logs/kite.log | sed 's/\\n/\n/g' | tail -n 1
# --8<-- [end:failed]
rmdir trial/logs/word-filter.jsonl
stop up
