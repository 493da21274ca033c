"""The three ways in which people work a page: with the mouse, with the keyboard alone, and without script."""

from collections.abc import Sequence
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STOPS = 400
"""A page where something is further than so many presses of Tab away is out of reach."""
FEW = 12
"""So many options away, arrows are quicker than the first letters."""


class Way(Protocol):
    """What hands do to a page. A control inside closed folds is opened first, the outermost fold first."""

    page: Page

    def press(self, control: Locator) -> None:
        """Presses a button or a fold."""

    def type(self, field: Locator, text: str) -> None:
        """Replaces what stands in a field."""

    def choose(self, select: Locator, value: str) -> None:
        """Chooses the option with that value."""

    def tick(self, control: Locator) -> None:
        """Ticks a box, or chooses a radio button."""


class Mouse:
    """Clicks where people click: on labels, buttons and folds. Lists are the system's own, so they are set."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def type(self, field: Locator, text: str) -> None:
        if field.get_attribute("type") == "date":
            field.fill(text)
            return
        field.click()
        self.page.keyboard.press("ControlOrMeta+a")
        _write(self.page, text)

    def choose(self, select: Locator, value: str) -> None:
        select.select_option(value)

    def tick(self, control: Locator) -> None:
        control.locator("xpath=ancestor::label").click()


class Keys:
    """Tab, arrows, Space and Enter, from the beginning of the page on; what has the focus must show it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, control: Locator) -> None:
        """Presses Tab until the control has the focus."""
        for _ in range(MOST_STOPS):
            # Asked at once: a part of the page that is drawn again between two questions would answer for two controls.
            has_focus, is_seen = control.evaluate(
                "(each) => [each === document.activeElement, each.matches(':focus-visible')]"
            )
            if has_focus:
                assert is_seen, "the focus cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {control}")

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def type(self, field: Locator, text: str) -> None:
        self.reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
            return
        self.page.keyboard.press("ControlOrMeta+a")
        _write(self.page, text)

    def choose(self, select: Locator, value: str) -> None:
        self.reach(select)
        now, then, words = select.evaluate(
            "(each, value) => { const all = [...each.options]; const then = all.findIndex((o) => o.value === value);"
            " return [each.selectedIndex, then, all[then].text]; }",
            value,
        )
        if abs(then - now) > FEW:
            self.page.keyboard.type(words)
        for _ in range(abs(then - now) if abs(then - now) <= FEW else 0):
            self.page.keyboard.press("ArrowDown" if then > now else "ArrowUp")

    def tick(self, control: Locator) -> None:
        if control.get_attribute("type") != "radio":
            self.reach(control)
            self.page.keyboard.press("Space")
            return
        group = control.locator(f"xpath=ancestor::form//input[@type='radio'][@name='{control.get_attribute('name')}']")
        chosen = [each for each in group.all() if each.is_checked()]
        self.reach(chosen[0] if chosen else group.first)
        if not chosen:
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if control.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert control.is_checked()


def _write(page: Page, text: str) -> None:
    """Types, or empties the field; Enter is a line break only inside a text."""
    page.keyboard.type(text) if text else page.keyboard.press("Delete")


def unfold(way: Way, control: Locator) -> None:
    """Opens what hides the control."""
    folds: Sequence[Locator] = control.locator("xpath=ancestor::details").all()
    for fold in folds:
        if fold.get_attribute("open") is None:
            way.press(fold.locator("xpath=summary"))


def fill(way: Way, form: Locator, name: str, value: str) -> None:
    """Puts a value where the form asks for it, by the kind of control that has this name."""
    controls = form.locator(f"[name='{name}']:not([type=hidden])")
    kind = controls.first.evaluate("(each) => each.localName === 'select' ? 'select' : each.type")
    if kind in ("checkbox", "radio"):
        control = form.locator(f"[name='{name}'][value='{value}']:not([type=hidden])")
        unfold(way, control)
        way.tick(control)
        return
    unfold(way, controls.first)
    way.choose(controls.first, value) if kind == "select" else way.type(controls.first, value)
