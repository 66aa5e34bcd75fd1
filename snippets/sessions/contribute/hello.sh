# --8<-- [start:hello]
kite --version
# --8<-- [end:hello]
