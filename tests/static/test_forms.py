"""Forms of staff say themselves what is wrong, in the page's words and with all that was typed, never the browser."""

import re

from survey_service.core.templates import PACKAGE

TEMPLATES = PACKAGE / "templates"
POSTING = re.compile(r'<form\b[^>]*?method="post".*?</form>', re.DOTALL)
CHECKED_BY_BROWSERS = re.compile(r"ui\.(?:field|text_field|select_field)\(|\brequired\b|type=\"(?:email|url|number)\"")


def test_no_form_with_fields_lets_the_browser_refuse_it() -> None:
    forms = [
        (path.relative_to(TEMPLATES).as_posix(), form)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for form in POSTING.findall(path.read_text(encoding="utf-8"))
    ]
    with_fields = [(name, form) for name, form in forms if CHECKED_BY_BROWSERS.search(form)]
    assert len(with_fields) > 10
    assert not [name for name, form in with_fields if "novalidate" not in form.partition("\n")[0]]
