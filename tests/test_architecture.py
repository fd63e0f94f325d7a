"""The rooms of the house and who may import whom, as docs/design.md tells them."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "partnership"

LEAVES = {"dates", "money", "text"}
# Whoever may write may say so in the log.
WRITERS = {"audit"}

# room -> rooms it may import; a room of its own files is always allowed.
MAY_IMPORT = {
    "dates": set(),
    "money": set(),
    "text": set(),
    "audit": set(),
    "models": LEAVES,
    "generation": {"models"},
    "documents": {"models", "generation"},
    "history": {"documents", "models", "dates", "text"},
    "search": {"models", "generation", "text"},
    "editorial": {"documents", "history", "models", "generation", "search", *WRITERS, *LEAVES},
    "exchange": {"documents", "history", "models", *LEAVES},
    "exchange.load": {
        "documents",
        "history",
        "models",
        "exchange",
        "editorial",
        "generation",
        "search",
        *WRITERS,
        *LEAVES,
    },
    "public": {
        "exchange.export",
        "exchange.tables",
        "exchange.data",
        "history",
        "search",
        "generation",
        "models",
        *LEAVES,
    },
    "templatetags": {"public", "models", *LEAVES},
    "admin": {
        "documents",
        "history",
        "models",
        "generation",
        "search",
        "editorial",
        "exchange",
        "exchange.load",
        "exchange.tables",
        "exchange.export",
        "exchange.data",
        "sign_in",
        *WRITERS,
        *LEAVES,
    },
    "management": {
        *WRITERS,
        "exchange",
        "exchange.load",
        "exchange.export",
        "exchange.tables",
        "exchange.data",
        "editorial",
        "search",
        "history",
    },
    "apps": {"generation", "search", "sign_in", "models"},
    "urls": {"admin", "public"},
    "settings": {"services"},
    "services": set(),
    "formats": set(),
    "wsgi": set(),
    "middleware": {"audit", "sign_in"},
    "sign_in": {"models", *WRITERS},
}

# A reader's request must not be able to write, not even through another room.
READERS_NEVER_REACH = {"editorial", "admin", "exchange.load"}


def room_of(module: str) -> str:
    """The room of `partnership.x.y`; the loader is a room of its own, and so is each open door of exchange."""
    parts = module.split(".")[1:]
    if parts[:1] == ["exchange"] and parts[1:2] and parts[1] in ("load", "export", "tables", "data"):
        return ".".join(parts[:2])
    return parts[0]


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Every module of ours that a file imports, at the top or inside a function, names resolved to modules."""
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base]).rstrip(".")
            for alias in node.names:
                inner = PACKAGE.parent.joinpath(*f"{base}.{alias.name}".split("."))
                is_module = inner.with_suffix(".py").exists() or (inner / "__init__.py").exists()
                found.add(f"{base}.{alias.name}" if is_module else base)
    return {name for name in found if name.startswith("partnership.")}


def files() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def allowed(room: str) -> set[str]:
    return MAY_IMPORT.get(room, MAY_IMPORT.get(room.split(".")[0], set()))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_from_rooms_it_may(path):
    if module_of(path) == "partnership":
        return
    room = room_of(module_of(path))
    assert room in MAY_IMPORT or room.split(".")[0] in MAY_IMPORT, f"{path} is in no room of docs/design.md"
    for name in imports_of(path):
        other = room_of(name)
        same = other.split(".")[0] == room.split(".")[0] and other != "exchange.load"
        assert same or other == room or other in allowed(room), (
            f"{path.name} ({room}) may not import {name} ({other})"
        )


def test_readers_cannot_reach_what_writes_through_any_room():
    imports = {module_of(path): imports_of(path) for path in files()}
    waiting = [
        name
        for name in imports
        if room_of(name + ".x") in {"public", "templatetags"} and name != "partnership"
    ]
    reached = set(waiting)
    while waiting:
        for name in imports.get(waiting.pop(), set()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    wrong = {name for name in reached if room_of(name) in READERS_NEVER_REACH}
    assert not wrong, f"public pages reach {sorted(wrong)}"


def test_the_rule_sees_a_forbidden_import(tmp_path):
    planted = PACKAGE / "public" / "planted_by_a_test.py"
    planted.write_text("def f():\n    from partnership.editorial import workflow\n    return workflow\n")
    try:
        assert imports_of(planted) == {"partnership.editorial.workflow"}
        with pytest.raises(AssertionError, match="may not import"):
            test_a_file_imports_only_from_rooms_it_may(planted)
    finally:
        planted.unlink()


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_stays_readable(path):
    assert len(path.read_text().splitlines()) <= 420, (
        f"{path} is past about 400 lines: make it a package by kind"
    )
