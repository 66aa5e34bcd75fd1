# What goes along with a problem: the facts in one file, no secret in it, the ticket half filled in.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:bundle]
kite support-bundle report.tar.gz
# --8<-- [end:bundle]

# exit: 1
# --8<-- [start:no-secrets]
tar -xzOf report.tar.gz | grep -cE 'k[kt]_[A-Za-z0-9_-]{7,}'
# --8<-- [end:no-secrets]

# --8<-- [start:ticket]
cat > ticket.txt <<END
级别 Severity:            S?
影响 Rooms or viewers:    ?%
现象 What you see:
从什么时候 Since:         (with the time zone)
做过什么 Changed before:
试过什么 Tried already:
错误码 Error codes:
版本 Version:             $(kite --version)
改过源码 Source changed:  no / patch attached
支持包 Bundle:            report.tar.gz
联系人 Call back:         (name and phone, reachable now)
END
cat ticket.txt
# --8<-- [end:ticket]

stop up
# silent
# --8<-- [start:while-down]
kite support-bundle down.tar.gz
# --8<-- [end:while-down]
