"""Choices as an author types them: one to a line, words only. Which key each has is found again afterwards. Pure.

Kept lines are `key | words`; typed lines are words. A line that was moved or left alone keeps its key, one that was
reworded in its place too; a new one has none yet.
"""

from difflib import SequenceMatcher


def words_of(kept: str) -> str:
    """What the page shows of kept lines."""
    return "\n".join(words for _, words in _pairs(kept))


def with_keys(typed: str, kept: str) -> str:
    """Typed lines as kept ones, with the keys that `kept` had for them; an empty line is a choice taken out."""
    before, lines = _pairs(kept), [line.strip() for line in _lines(typed)]
    while len(lines) > len(before) and not lines[-1]:
        lines.pop()
    keys = _keys(lines, before)
    return "\n".join(f"{key} | {line}" for key, line in zip(keys, lines, strict=True) if line)


def _pairs(kept: str) -> list[tuple[str, str]]:
    """(key, words) of kept lines."""
    parted = [line.partition("|") for line in _lines(kept)]
    return [(key.strip(), words.strip()) for key, _, words in parted]


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n") if text else []


def _keys(lines: list[str], before: list[tuple[str, str]]) -> list[str]:
    """The key of each line: of the same words wherever they stood, else of what stood in its place."""
    keys = [""] * len(lines)
    free = {words: key for key, words in reversed(before) if words}
    for position, line in enumerate(lines):
        keys[position] = free.pop(line, "") if line else ""
    taken = set(keys)
    for old, position in _beside(lines, before):
        if not keys[position] and before[old][0] not in taken:
            keys[position] = before[old][0]
    return keys


def _beside(lines: list[str], before: list[tuple[str, str]]) -> list[tuple[int, int]]:
    """Which line stands where which one stood: the same number of them in order, else what lies between the same."""
    if len(lines) == len(before):
        return [(position, position) for position in range(len(lines))]
    matcher = SequenceMatcher(None, [words for _, words in before], lines, autojunk=False)
    blocks = [zip(range(a, b), range(c, d), strict=False) for _, a, b, c, d in matcher.get_opcodes()]
    return [pair for block in blocks for pair in block]
