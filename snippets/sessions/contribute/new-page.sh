mkdir kite && cd kite
export ROLLCALL_IGNORE=proven-code # what is shown is about a page; the record is not copied along
cp -r "$SNIPPETS"/../{checklist.yml,mkdocs.yml,mkdocs.en.yml,docs,snippets} .
# --8<-- [start:new]
rollcall new faq --page video-is-upside-down
# --8<-- [end:new]
# exit: 1
# --8<-- [start:check]
rollcall check docs/en/faq --output-format concise
# --8<-- [end:check]
# --8<-- [start:explain]
rollcall explain empty-section
# --8<-- [end:explain]
