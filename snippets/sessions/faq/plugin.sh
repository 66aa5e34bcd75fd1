# An installed plugin that cannot be imported: Kite does not start without somebody noticing.
. "$SNIPPETS/sessions/faq/lib.bash"
mkdir -p site/kite_badwords-1.0.dist-info
printf 'Metadata-Version: 2.1\nName: kite-badwords\nVersion: 1.0\n' > site/kite_badwords-1.0.dist-info/METADATA
printf '[kite.plugins]\nbadwords = kite_badwords:BadWords\n' > site/kite_badwords-1.0.dist-info/entry_points.txt
printf 'import a_library_nobody_installed\n' > site/kite_badwords.py
export PYTHONPATH=$PWD/site${PYTHONPATH:+:$PYTHONPATH}

# exit: 1
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:list]
kite plugin list --json 2> /dev/null
# --8<-- [end:list]

# --8<-- [start:doctor]
kite doctor 2> /dev/null | grep -A 1 plugins
# --8<-- [end:doctor]

# --8<-- [start:without]
export KITE_DISABLED_PLUGINS=badwords
kite plugin list
# --8<-- [end:without]

# background: until Logs
# --8<-- [start:running]
kite up
# --8<-- [end:running]
stop running
unset KITE_DISABLED_PLUGINS

cat > site/kite_badwords.py <<'P'
from kite.plugin_api import Plugin
class BadWords(Plugin):
    api = 1
    def filter_text(self, text):
        return text.replace("damn", "d***")
P
# --8<-- [start:repaired]
kite plugin list
# --8<-- [end:repaired]

# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]

# --8<-- [start:works]
kite room create demo --title "A damn fine show" | head -n 1
# --8<-- [end:works]
