"""What changed between two OpenAPI documents of Kite: python3 compare_openapi.py OLD NEW.

Exit 1 if something is gone that a client may rely on.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


def parts(path: str) -> dict[str, bool]:
    """Every operation, parameter and field, and whether it is deprecated."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return dict(named(document))


def named(document: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The names of the parts of a document."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            operation = methods.get(method)
            if operation is None:
                continue
            name = f"{method.upper()} {path}"
            yield name, operation.get("deprecated", False)
            for parameter in operation.get("parameters", ()):
                yield f"{name}: {parameter['name']}", parameter.get("deprecated", False)
    for schema, content in document["components"]["schemas"].items():
        for field, value in content.get("properties", {}).items():
            yield f"{schema}.{field}", value.get("deprecated", False)


def main() -> int:
    """Print what is gone, new and deprecated."""
    old, new = parts(sys.argv[1]), parts(sys.argv[2])
    gone = [name for name in old if name not in new]
    for name in gone:
        print("gone:", name)
    for name, deprecated in new.items():
        if name not in old:
            print("new:", name)
        elif deprecated and not old[name]:
            print("deprecated:", name)
    print(len(new), "parts,", sum(new.values()), "deprecated,", len(gone), "gone")
    return int(bool(gone))


if __name__ == "__main__":
    sys.exit(main())
