#!/usr/bin/env bash
# Which of Kite's ports answer: scan-ports.sh HOST. Run it on another machine, not on the server.
host=${1:?usage: scan-ports.sh HOST}
for port in 80 443 1935 8080 8088 8089; do
  if timeout 2 bash -c "</dev/tcp/$host/$port" 2>/dev/null; then
    echo "$port open"
  else
    echo "$port closed"
  fi
done
