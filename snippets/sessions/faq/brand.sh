# A name of your own on the admin page, and under which licences the parts are.
. "$SNIPPETS/sessions/faq/lib.bash"
cp -r "$SNIPPETS/kite" kite
# --8<-- [start:brand]
sed -i 's|<title>.*</title>|<title>Swallow TV</title>|; s/Kite 纸鸢/Swallow TV/' \
  kite/admin/templates/layout.html
# --8<-- [end:brand]
# background: until Logs
# silent
# --8<-- [start:up-brand]
python -m kite up
# --8<-- [end:up-brand]

# --8<-- [start:brand-shown]
curl -s -L http://127.0.0.1:8080/admin/ | grep -o '<title>[^<]*</title>'
# --8<-- [end:brand-shown]

cd "$SNIPPETS/.." || exit
# --8<-- [start:licences]
grep license snippets/pyproject.toml
ffmpeg -hide_banner -version | grep -oE -- '--enable-(gpl|nonfree)'
grep -m 1 '^License:' /usr/share/doc/libnginx-mod-rtmp/copyright
# --8<-- [end:licences]
cd "$OLDPWD" || exit
