# Shared set-up of the sessions in this folder: Kite in a virtual environment of its own; no page shows it.
packages=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
python -m venv --without-pip kite-env
own=$(kite-env/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "import site; site.addsitedir('$packages')" > "$own/lent.pth" # what Kite needs, and pip
. kite-env/bin/activate
export KITE_DATA_DIR=$PWD/kite-data
export PIP_NO_INDEX=1 PIP_NO_BUILD_ISOLATION=false PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python -m pip install --quiet --no-deps --force-reinstall "$SNIPPETS" 2> /dev/null
hash -r
# uses: plugins/kite-word-filter/pyproject.toml plugins/kite-word-filter/kite_word_filter.py
cp -r "$SNIPPETS/plugins/kite-word-filter" .
until_answering() {
    for _ in $(seq 100); do curl -sf http://127.0.0.1:8080/healthz > /dev/null && break; sleep 0.1; done
}
until_logged() { # regex, file
    for _ in $(seq 100); do grep -q -- "$1" "$2" 2> /dev/null && break; sleep 0.1; done
}
