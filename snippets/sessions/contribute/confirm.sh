mkdir kite && cd kite
cp -r "$SNIPPETS"/../{checklist.yml,mkdocs.yml,mkdocs.en.yml,translations.json,docs,snippets} .
sed -i 's/关键帧间隔改成 2 秒是最有效的一步/最有效的一步是把关键帧间隔改成 2 秒/' docs/zh/faq/delay.md
sed -i 's/再跑一次第 1 步/重跑第 1 步/' docs/zh/faq/delay.md
sed -i 's/is the step that helps most/helps most/' docs/en/faq/delay.md
# exit: 1
# --8<-- [start:stale]
rollcall check docs/en/faq/delay.md --select translation-current
# --8<-- [end:stale]
# --8<-- [start:confirm]
rollcall confirm docs/en/faq/delay.md#answer
# --8<-- [end:confirm]
# --8<-- [start:no-change]
rollcall confirm docs/en/faq/delay.md --no-change "only the Chinese wording"
# --8<-- [end:no-change]
