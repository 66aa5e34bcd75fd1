# The nginx configuration that Kite makes from its default settings, part by part.
export KITE_DATA_DIR=/var/lib/kite
kite render-nginx | grep -v '^user ' >nginx.conf  # the line that only root gets
part() { sed -n "/$1/,/$2/p" nginx.conf; }
comments() { grep -v '^ *#'; }

# --8<-- [start:process]
part '^daemon' '^}' | comments
# --8<-- [end:process]

# --8<-- [start:rtmp]
part '^rtmp' '^}' | comments
# --8<-- [end:rtmp]

# --8<-- [start:http]
part '^http' 'use_temp_path' | comments
# --8<-- [end:http]

# --8<-- [start:players]
part '^    # Players' '^    # Statistics' | comments
# --8<-- [end:players]

# --8<-- [start:control]
part '^    # Statistics' '^}' | comments
# --8<-- [end:control]
