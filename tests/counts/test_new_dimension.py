"""A new dimension is three places: the list, the migration of the counts, and what its values are called.

A copy of the product gets one, the version of the form that was answered; figures, filters, files and the check of the
counts must have it without another change.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = (
    "survey_service/counts/dimensions.py",
    (
        (
            "    sentiment: Annotated[",
            "    version: Annotated[\n"
            "        int,\n"
            '        Dimension(title="Version", every="Every version", split="Versions", about="It.", width=9),\n'
            "    ] = 0\n    sentiment: Annotated[",
        ),
        ('    sentiment: str = ""', '    version: str = ""\n    sentiment: str = ""'),
    ),
)
STORED = (
    "survey_service/counts/piccolo_migrations/counts_2026_11_27t22_00_00_000001.py",
    (
        (
            '        "language": Varchar(length=35, default=""),\n',
            '        "language": Varchar(length=35, default=""),\n        "version": Varchar(length=16, default=""),\n',
        ),
    ),
)
CALLED = (
    "survey_service/responses/values.py",
    (
        (
            '    "sentiment": Called(',
            '    "version": Called(\n'
            '        pattern="^[0-9]{0,6}$",\n'
            "        names=_versions,\n"
            "        meant=_version,\n"
            '        within=lambda _, label: f"in version {label}",\n'
            '    ),\n    "sentiment": Called(',
        ),
        (
            "CALLED: Mapping[str, Called] = {",
            "async def _versions(*_: Any) -> Names:\n"
            '    return Names(lambda key: Value(key, f"Version {key}"), [("1", "1"), ("2", "2")], str)\n\n\n'
            "async def _version(_: UUID, code: str) -> tuple[int, ...]:\n    return (int(code),)\n\n\n"
            "CALLED: Mapping[str, Called] = {",
        ),
    ),
)


@pytest.mark.slow
def test_a_new_dimension_is_named_in_three_places(tmp_path: Path) -> None:
    for folder in ("survey_service", "tests", "static"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, changes in (LISTED, STORED, CALLED):
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/counts/new_dimension.py"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
