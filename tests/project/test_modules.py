"""What is written in the package is used, and found where it is written."""

import ast
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import survey_service
from survey_service.app import MODULES

PACKAGE = Path(survey_service.__file__).parent
CODE = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
TEMPLATES = [path.read_text(encoding="utf-8") for path in (PACKAGE / "templates").rglob("*.*")]
UNCALLED = {
    "add_workspace": "a hosted installation has several workspaces, as the tests have",
    "written_by": "a further format of exports begins with it, as the toy does that is tried; CSV is written by SQL",
}
"""What no other code of the product names, and why it is there."""


def named_once() -> set[str]:
    """Functions of modules whose name stands nowhere else, commands of the command line and migrations apart."""
    words = Counter(word for text in (*CODE.values(), *TEMPLATES) for word in re.findall(r"\w+", text))
    return {
        made.name
        for path, text in CODE.items()
        if "piccolo_migrations" not in path.parts
        for made in ast.parse(text).body
        if isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef)
        if words[made.name] == 1 and not made.decorator_list
    }


def unused_constants(code: Mapping[str, str]) -> set[str]:
    """What a module names in capitals, or as a type, and neither it nor any other reads. `code`: path → its text."""
    trees = {path: ast.parse(text) for path, text in code.items()}
    every = [node for tree in trees.values() for node in ast.walk(tree)]
    of_modules = {node.attr for node in every if isinstance(node, ast.Attribute)}
    imported = {(node.module, one.name) for node in every if isinstance(node, ast.ImportFrom) for one in node.names}
    return {
        f"{path}: {name}"
        for path, tree in trees.items()
        for name in _constants(tree)
        if name not in of_modules and (_module(path), name) not in imported and not _reads(tree, name)
    }


def _constants(tree: ast.Module) -> set[str]:
    given = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    given += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    names = {node.id for target in given for node in ast.walk(target) if isinstance(node, ast.Name)}
    return {name for name in names if name[0].isupper()}


def _module(path: str) -> str:
    return "survey_service." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _reads(tree: ast.Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in ast.walk(tree)
    )


def test_every_constant_is_used_by_the_product() -> None:
    code = {path.relative_to(PACKAGE).as_posix(): text for path, text in CODE.items()}
    ours = {path: text for path, text in code.items() if "piccolo" not in path}
    assert unused_constants(ours) == set()


def test_a_constant_is_not_used_by_another_of_its_name() -> None:
    code = {
        "a/pages.py": "VIEW, EDIT = 1, 2\nKind = int\nprint(VIEW)",
        "b/pages.py": "from survey_service.a.pages import EDIT\nVIEW = 1\nprint(EDIT)",
        "c/pages.py": "import survey_service.b.pages as b\nMOST = 5\nprint(b.MOST)",
    }
    assert unused_constants(code) == {"a/pages.py: Kind", "b/pages.py: VIEW"}


def test_every_list_of_routes_is_served() -> None:
    listed = {path for path, text in CODE.items() if re.search(r"^ROUTES\b", text, flags=re.MULTILINE)}
    assert {Path(module.__file__ or "") for module in MODULES} == listed
    assert {path.stem for path in listed if not path.stem.endswith(("routes", "pages"))} == set()


def test_every_function_is_used_by_the_product() -> None:
    assert named_once() == set(UNCALLED)


def test_names_are_imported_from_where_they_are_made() -> None:
    """`import x as x` gives on what another module made."""
    again = re.compile(r"\bimport .*\b(\w+) as \1\b")
    assert not [path.relative_to(PACKAGE).as_posix() for path, text in CODE.items() if again.search(text)]


def test_files_of_one_name_hold_the_same_in_every_room() -> None:
    """What three rooms or more have stands in the table of those who find their way, and nothing that none has."""
    rooms = {(path.name, path.relative_to(PACKAGE).parts[0]) for path in CODE if path.parent != PACKAGE}
    names = Counter(name for name, _ in rooms)
    guide = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Finding your way\n")[1]
    first_cells = re.findall(r"^\| (`[^|]+) \|", guide.split("\n## ")[0], flags=re.MULTILINE)
    listed = {name for cell in first_cells for name in re.findall(r"`(\w+\.py)`", cell)}
    assert {name for name, count in names.items() if count > 2} - {"__init__.py"} - listed == set()
    assert listed - set(names) == set()
