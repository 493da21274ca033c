"""The colours' contrast is a contract, and the inlined sheet may not drift from the shared one."""

import re

import pytest

from tests.static.samples import ROOT, STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text()
SURVEY = (STATIC / "css" / "survey.css").read_text()
APP = (STATIC / "css" / "app.css").read_text()
GROUNDS = ("canvas", "surface", "sunken")
PAIRS = [
    *[(text, ground, 4.5) for text in ("ink", "ink-2", "ink-3") for ground in GROUNDS],
    *[("accent", ground, 4.5) for ground in ("canvas", "surface", "accent-soft")],
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    *[(f"{group}-text", f"{group}-soft", 4.5) for group in ("promoter", "passive", "detractor")],
    *[(f"{group}-text", "surface", 4.5) for group in ("promoter", "passive", "detractor")],
    *[(f"on-{group}", group, 4.5) for group in ("promoter", "passive", "detractor")],
    *[(group, ground, 3.0) for group in ("promoter", "passive", "detractor") for ground in ("canvas", "surface")],
    *[(word, ground, 4.5) for word in ("error", "attention") for ground in ("canvas", "surface", f"{word}-soft")],
    *[("line-strong", ground, 3.0) for ground in ("canvas", "surface")],
]
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|left|right|width|height|(min|max)-(width|height))\s*:"
    r"|(text-align|float)\s*:\s*(left|right)"
)


def palettes(sheet: str) -> dict[str, dict[str, str]]:
    """Colours by theme: `light`, `dark` (the system's) and `chosen` (by hand)."""
    selectors = {
        "light": r":root \{(.*?)\}",
        "dark": r':root:not\(\[data-theme="light"\]\) \{(.*?)\}',
        "chosen": r':root\[data-theme="dark"\] \{(.*?)\}',
    }
    blocks = {theme: re.search(selector, sheet, re.DOTALL) for theme, selector in selectors.items()}
    return {
        theme: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block[1])) for theme, block in blocks.items() if block
    }


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "needed"), PAIRS)
def test_every_pair_has_its_contrast(theme: str, front: str, ground: str, needed: float) -> None:
    palette = palettes(TOKENS)[theme]
    assert contrast(palette[front], palette[ground]) >= needed


def test_dark_by_hand_is_the_systems_dark() -> None:
    for sheet in (TOKENS, SURVEY):
        themes = palettes(sheet)
        assert themes["chosen"] == themes["dark"] != {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_respondents_colours_are_the_shared_ones(theme: str) -> None:
    shared, own = palettes(TOKENS)[theme], palettes(SURVEY)[theme]
    assert len(own) > 10
    assert own.items() <= shared.items()


def rules(sheet: str) -> str:
    """A sheet without comments and media conditions, in which widths are physical by nature."""
    return re.sub(r"@media[^{]*", "", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))


@pytest.mark.parametrize("name", ["tokens", "survey", "app"])
def test_only_logical_properties(name: str) -> None:
    sheet = rules((STATIC / "css" / f"{name}.css").read_text())
    assert [match[0] for match in PHYSICAL.finditer(sheet)] == []


def test_the_search_for_physical_properties_finds_them() -> None:
    assert PHYSICAL.search("a { margin-left: 1px }")
    assert PHYSICAL.search("a { text-align: right }")
    assert not PHYSICAL.search("a { inline-size: 1px; stroke-width: 2; min-inline-size: 0 }")


@pytest.mark.parametrize(("sheet", "known"), [(SURVEY, SURVEY), (APP, TOKENS + APP)])
def test_every_custom_property_exists(sheet: str, known: str) -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", sheet))
    assert used - set(re.findall(r"--([\w-]+):", known)) == set()


@pytest.mark.parametrize("sheet", [SURVEY, APP])
def test_readers_with_other_needs_are_served(sheet: str) -> None:
    for need in (":focus-visible", "forced-colors: active", "@media print"):
        assert need in sheet
    assert not re.search(r"text-transform\s*:\s*uppercase|font-style\s*:\s*italic", sheet)


def taken_back(sheet: str) -> list[str]:
    """What a modifier such as `lead--small` says, and a later rule of the class itself says otherwise: of two equals,
    the later one counts, also inside a media query."""
    found, modified = [], dict[str, dict[str, set[str]]]()
    for listed, said in re.findall(r"([^{}]+)\{([^{}]*)\}", rules(sheet)):
        selectors = {each.strip() for each in re.sub(r"\([^()]*\)", "()", listed).split(",")}
        properties = set(re.findall(r"([\w-]+)\s*:", said))
        for selector in selectors:
            modifier, known = re.fullmatch(r"\.([\w-]+?)--[\w-]+", selector), modified.get(selector.lstrip("."), {})
            if modifier:
                modified.setdefault(modifier[1], {}).setdefault(selector, set()).update(properties)
            found += [f"{one}: {lost}" for one in known.keys() - selectors for lost in known[one] & properties]
    return found


@pytest.mark.parametrize("name", ["app", "survey"])
def test_no_class_takes_back_what_its_modifier_says(name: str) -> None:
    assert taken_back((STATIC / "css" / f"{name}.css").read_text()) == []


def test_the_search_for_what_is_taken_back_finds_it() -> None:
    small = ".lead--small { color: red; }"
    assert taken_back(f"{small} @media (min-width: 1px) {{ .lead {{ color: blue; }} }}") == [".lead--small: color"]
    assert not taken_back(f".lead {{ color: blue; }} {small} .lead, .lead--small {{ color: green; }}")
    assert not taken_back(f"{small} .lead:not(.lead--small) {{ color: blue; }} .lead {{ margin: 0; }}")


def named() -> str:
    """All that may write a class into a page."""
    sources = [*(ROOT / "survey_service").rglob("*.html"), *(ROOT / "survey_service").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*sources, *STATIC.rglob("*.js")])


@pytest.mark.parametrize("name", ["app", "survey"])
def test_every_class_of_a_sheet_is_on_some_page(name: str) -> None:
    """Also one that is put together, as `badge--{{ kind }}`: what stands before the name ends in a hyphen, or is `c`,
    of the columns."""
    text, sheet = named(), re.sub(r"/\*.*?\*/", "", (STATIC / "css" / f"{name}.css").read_text(), flags=re.DOTALL)
    words, families = set(re.findall(r"[\w-]+", text)), set(re.findall(r"\b([a-z][\w-]*-|c)\{", text))
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", sheet)))
    begun = tuple(family for family in families if family.endswith("-"))
    columns = {f"c{number}" for number in range(2, 8)} if "c" in families else set()
    assert not {one for one in classes - words - columns if not one.startswith(begun)}
