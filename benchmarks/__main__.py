"""Prints every measurement: `python -m benchmarks [part …]`, parts being the modules listed here."""

import sys

from benchmarks import demo_fill, pages, processor, stored, submissions

PARTS = {
    "submissions": submissions.lines,
    "processor": processor.lines,
    "pages": pages.lines,
    "stored": stored.lines,
    "demo_fill": demo_fill.lines,
}


def main() -> None:
    """Runs the named parts, or all."""
    for name in sys.argv[1:] or PARTS:
        print(f"## {name}")
        for line in PARTS[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
