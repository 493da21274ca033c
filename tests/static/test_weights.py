"""What a phone in a shop has to load."""

import re
import uuid

import brotli
import httpx
import msgspec
import pytest

from survey_service.core.i18n import LANGUAGES
from survey_service.demo import definitions
from survey_service.survey import lean, rendering
from tests import factories
from tests.static.samples import STATIC, elements, invitation, survey

KILOBYTE = 1000


def weight(text: str) -> int:
    return len(brotli.compress(text.encode()))


async def sent_bytes(client: httpx.AsyncClient, path: str) -> int:
    """The length of a page as it is on the wire, without its headers, for a client that takes gzip only."""
    async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as reply:
        assert (reply.status_code, reply.headers["content-encoding"]) == (200, "gzip")
        return sum([len(part) async for part in reply.aiter_raw()])


async def test_the_demos_page_is_light_as_it_is_sent(client: httpx.AsyncClient) -> None:
    await factories.published("visit", msgspec.to_builtins(definitions.visit()))
    sent = {
        language: await sent_bytes(client, f"/s/visit?lang={language}") for language in definitions.visit().languages
    }
    assert max(sent.values()) < 8 * KILOBYTE, sent


MARK = "WzE3OTU3MzcyNDcyMDAsMiwibGluayIsIlA3SyJd.awjGnw.dqaDy8b48vSivkw0sCPEcGwc7vw"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_ten_questions_is_light_and_one_request(language: str) -> None:
    """With every kind of question and six languages or more; words in letters of two or three bytes too."""
    page, respondent = survey(language), str(uuid.uuid4())
    sent = rendering.packed(rendering.cut(page), len(respondent), len(MARK)).page(respondent, MARK)
    assert len(sent) < 8 * KILOBYTE
    assert elements(page, "img") == elements(page, "link", rel="stylesheet") == []
    assert [script.get("src") for script in elements(page, "script")] == [None]


def test_the_invitation_is_light() -> None:
    assert weight(invitation()) < 8 * KILOBYTE


def test_the_embed_loader_is_light() -> None:
    assert weight((STATIC / "embed.js").read_text()) < 1.5 * KILOBYTE


def test_staff_styles_are_light() -> None:
    assert sum(weight((STATIC / "css" / f"{name}.css").read_text()) for name in ("tokens", "app")) < 10 * KILOBYTE


@pytest.mark.parametrize("name", ["embed.js", "js/survey.js", "js/invitation.js"])
def test_respondents_scripts_store_nothing_beyond_their_tab(name: str) -> None:
    script = (STATIC / name).read_text()
    assert not re.search(r"localStorage|indexedDB|document\.cookie|caches\b", script)
    assert ("sessionStorage" in script) == (name == "js/survey.js")
    assert "eval(" not in script
    assert "</" not in script.replace("</div>", "").replace("</script>", "").replace("</a>", "").replace(
        "</noscript>", ""
    )


def test_a_lean_script_says_the_same_with_short_names() -> None:
    lean_script = lean.script(
        "// why\nconst total = 1; // what\nlet name = `${kept}  two`;\nconst kept = { at: total, name };\n"
        'function at(total, other) {\n  return "a  total;}" + other.size +\n    total;\n}\n'
    )
    assert lean_script == (
        'const a=1;let name=`${kept}  two`;const kept={at:a,name};function at(a,b){return "a  total;}" + b.size + a}'
    )


def test_names_of_parameters_are_short_unless_they_are_keys() -> None:
    """A name in the middle of plain arguments is no key; one that stands alone in braces is."""
    lean_script = lean.script(
        "const show = (page, { lang, dir }, [, value], ...places) => at(page, value, places);\n"
        "function mark(form, busy = false) {\n  at({ lang, busy });\n  return show(form, mark, form);\n}\n"
    )
    assert lean_script == (
        "const e=(c,{lang,dir},[,value],...d)=>at(c,value,d);function b(a,busy=false){at({lang,busy});return e(a,b,a)}"
    )


def test_scripts_with_more_names_than_letters_have_a_short_one_for_each() -> None:
    names = [f"name{number}" for number in range(60)]
    short = lean.short_names("".join(f"const {name}=a0;" for name in names))
    assert set(short) == set(names)
    assert len(set(short.values()) - {"a0"}) == len(names)
    assert max(map(len, short.values())) == 2


def test_a_lean_sheet_keeps_the_spaces_that_mean_something() -> None:
    sheet = "/* why */\n.a .b > i ~ u, .c :is(p) {\n  margin: 0.5rem -0.25em 10.05px;\n  width: calc(1px + 2px);\n}\n"
    assert lean.style(sheet) == ".a .b>i~u,.c :is(p){margin:.5rem -0.25em 10.05px;width:calc(1px + 2px)}"


def test_a_lean_sheet_has_short_names_for_its_own_properties_and_for_nothing_else() -> None:
    sheet = ":root { --edge-2: 1px; --edge: #aabbcc; }\n.note--edge:hover { color: var(--edge); fill: var(--edge); }\n"
    assert lean.style(sheet) == ":root{--b:1px;--a:#abc}.note--edge:hover{color:var(--a);fill:var(--a)}"


@pytest.mark.parametrize("name", ["survey", "invitation"])
def test_short_names_stand_for_one_thing_each_and_are_nobody_elses(name: str) -> None:
    long = (STATIC / "js" / "survey.js").read_text() + (STATIC / "js" / f"{name}.js").read_text()
    bare = re.sub(r"//.*", "", long)
    short = lean.short_names(re.sub(r"\s+", "", re.sub(r"\b(const|let|function) ", r"\1 ", bare)))
    assert len(set(short.values())) == len(short)
    assert not [word for word in short.values() if re.search(rf"\b{word}\b", re.sub(r'"[^"]*"', "", bare))]
    assert not [word for word in short if re.search(rf"(?<!\.)\.{word}\b", bare)]
