# The RTMP module is missing, or built for another nginx.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_RTMP_MODULE=$PWD/missing.so

# --8<-- [start:missing]
kite doctor | grep -A 1 -E 'rtmp-module|nginx-config' |
  sed 's/20.*\[emerg\] [0-9#]*: //; s/ in .tmp.*//'
# --8<-- [end:missing]

kite init >/dev/null
# exit: 1
# --8<-- [start:up-missing]
kite up
# --8<-- [end:up-missing]

# A module whose build signature is another one, as after an upgrade of nginx alone.
SIGNATURE=$(grep -aoE '8,4,8,[01]+' /usr/lib/nginx/modules/ngx_rtmp_module.so | head -1)
sed "s/$SIGNATURE/${SIGNATURE%?}x/" /usr/lib/nginx/modules/ngx_rtmp_module.so >other.so
export KITE_RTMP_MODULE=$PWD/other.so
# --8<-- [start:other]
kite doctor | grep -A 1 -E 'rtmp-module|nginx-config' |
  sed 's/20.*\[emerg\] [0-9#]*: //; s/ in .tmp.*//'
# --8<-- [end:other]
unset KITE_RTMP_MODULE

# --8<-- [start:unloaded]
printf 'events {}\nrtmp {}\n' > plain.conf
nginx -t -c "$PWD/plain.conf" -e "$PWD/plain.log" 2>&1 | grep -o 'unknown directive.*'
# --8<-- [end:unloaded]

# --8<-- [start:packages]
dpkg-query -W nginx-light nginx nginx-common libnginx-mod-rtmp
# --8<-- [end:packages]

# --8<-- [start:good]
kite doctor | grep -E 'rtmp-module|nginx-config'
# --8<-- [end:good]
