"""The options of a `:::` block, as mkdocstrings reads them."""

from itertools import takewhile

from rollcall.yaml_tree import YamlError, parse


def members_shown(lines: list[str], number: int) -> tuple[str, ...] | None:
    """The names that the options below a directive restrict it to; `None` for all."""
    block = list(takewhile(lambda line: line.startswith("    "), lines[number : number + 20]))
    try:
        data = parse("\n".join(block)).data
    except YamlError:
        return None
    options = data.get("options") if isinstance(data, dict) else None
    members = options.get("members") if isinstance(options, dict) else None
    return tuple(map(str, members)) if isinstance(members, list) else None
