"""Forms in the database: drafts, versions that never change, opening and closing, and whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from survey_service.core import database as core_database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.forms import queries, service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange, NewForm
from survey_service.forms.tables import Form, FormVersion
from survey_service.questions.nps import NpsQuestion
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
async def home() -> UUID:
    return await factories.workspace()


def asking(words: str = "Would you?", key: str = "recommend") -> Definition:
    return Definition(title={"en": "T"}, languages=["en"], questions=[NpsQuestion(key=key, text={"en": words})])


async def publish(home: UUID, definition: Definition, slug: str = "visit", at: datetime = NOW) -> int:
    await service.change(home, slug, FormChange(definition=definition), at)
    return await service.publish(home, slug, None, at)


async def make(home: UUID, slug: str = "visit", **more: Any) -> None:
    await service.create(home, NewForm(slug, "Visit", asking(), **more), NOW)


async def test_a_draft_is_no_form_to_respondents(home: UUID) -> None:
    await make(home)
    detail = await queries.detail(home, "visit")
    assert (detail.state, detail.version, detail.published, detail.draft) == ("draft", 0, None, asking())
    with pytest.raises(NotFound):
        await queries.published("visit")
    with pytest.raises(Conflict):
        await service.set_open(home, "visit", True, NOW)


async def test_publishing_opens_and_later_changes_wait(home: UUID) -> None:
    await make(home)
    assert await service.publish(home, "visit", None, NOW) == 1
    await service.change(home, "visit", FormChange(definition=asking("Would you really?")), NOW)
    published = await queries.published("visit")
    assert (published.is_open, published.version, published.definition) == (True, 1, asking())
    assert await service.publish(home, "visit", None, NOW) == 2
    published = await queries.published("visit")
    assert published.definition.questions[0].text == {"en": "Would you really?"}
    assert published.definition.questions[0].revision == 2
    assert await queries.definition_of(home, published.id, 1) == asking()


async def test_a_revision_outlives_the_questions_absence(home: UUID) -> None:
    await make(home)
    for words in ("One", "Two"):
        await publish(home, asking(words))
    await publish(home, asking("Else", "other"))
    await publish(home, asking("Three"))
    published = await queries.published("visit")
    assert published.definition.questions[0].revision == 3
    assert await queries.versions_asking(home, published.id, "recommend") == [(4, 3), (2, 2), (1, 1)]


async def test_no_version_is_left_out_however_many_there_are(home: UUID) -> None:
    await make(home)
    await publish(home, asking("One"))
    first = await queries.published("visit")
    copied = (
        "INSERT INTO form_version (id, workspace, form, number, definition, published_at) "
        "SELECT {}, workspace, form, {}, definition, {} FROM form_version WHERE workspace = {} AND number = 1"
    )
    for number in range(2, 212):
        await core_database.execute(copied, new_id(), number, NOW + timedelta(minutes=number), home)
    numbers = [version.number for version in await queries.versions(home, first.id)]
    assert numbers == list(range(211, 0, -1))
    assert [number for number, _ in await queries.versions_asking(home, first.id, "recommend")] == numbers


async def test_a_closed_form_stays_closed_when_published(home: UUID) -> None:
    await make(home)
    await service.publish(home, "visit", None, NOW)
    await service.set_open(home, "visit", False, NOW)
    assert not (await queries.published("visit")).is_open
    await service.publish(home, "visit", None, NOW)
    assert (await queries.detail(home, "visit")).state == "closed"
    await service.set_open(home, "visit", True, NOW)
    assert (await queries.published("visit")).is_open


async def test_an_unfinished_draft_is_kept_and_not_published(home: UUID) -> None:
    await make(home)
    unfinished = asking("  ")
    await service.change(home, "visit", FormChange(definition=unfinished), NOW)
    with pytest.raises(Invalid) as caught:
        await service.publish(home, "visit", None, NOW)
    assert [error.field for error in caught.value.errors] == ["questions[0].text.en"]
    detail = await queries.detail(home, "visit")
    assert (detail.version, detail.draft) == (0, unfinished)


async def test_a_name_in_links_is_taken_once(home: UUID) -> None:
    await make(home)
    for slug, owner in (("visit", home), ("visit", new_id()), ("new", home)):
        with pytest.raises(Conflict) as caught:
            await make(owner, slug)
        assert caught.value.errors[0].field == "slug"


@pytest.mark.parametrize("name", [" ", "a\x00b", "\u202ea", "\n"])
async def test_names_that_cannot_be(home: UUID, name: str) -> None:
    with pytest.raises(Invalid):
        await service.create(home, NewForm("visit", name, asking()), NOW)
    await make(home)
    with pytest.raises(Invalid):
        await service.change(home, "visit", FormChange(name=name), NOW)


async def test_settings_hold_as_given(home: UUID) -> None:
    await make(home, allowed_origins="", accepts_json=False)
    detail = await queries.detail(home, "visit")
    assert (detail.allowed_origins, detail.accepts_json) == ("", False)
    await service.change(home, "visit", FormChange(name=" A  B ", accepts_json=True), NOW + timedelta(hours=1))
    changed = await queries.detail(home, "visit")
    assert (changed.name, changed.allowed_origins, changed.accepts_json) == ("A B", "", True)
    assert (changed.draft, changed.created_at) == (detail.draft, detail.created_at)
    assert changed.updated_at == NOW + timedelta(hours=1)


async def test_another_workspace_sees_nothing(home: UUID) -> None:
    await make(home)
    await service.publish(home, "visit", None, NOW)
    published = await queries.published("visit")
    stranger = new_id()
    for refused in (
        queries.detail(stranger, "visit"),
        service.change(stranger, "visit", FormChange(name="Mine"), NOW),
        service.publish(stranger, "visit", None, NOW),
        service.set_open(stranger, "visit", False, NOW),
        queries.published_by_id(stranger, published.id),
    ):
        with pytest.raises(NotFound):
            await refused
    assert (await queries.form_list(stranger, 10, None)).items == []
    assert await queries.versions(stranger, published.id) == []
    assert await queries.published_forms_of(stranger) == []
    assert await queries.last_questions(stranger, published.id) == {}


async def test_however_many_forms_there_are_all_can_be_chosen(home: UUID) -> None:
    await make(home)
    await service.publish(home, "visit", None, NOW)
    (form,) = await core_database.fetch("SELECT * FROM form")
    (version,) = await core_database.fetch("SELECT * FROM form_version")
    for number in range(520):
        identity = new_id()
        await core_database.execute(Form.insert(Form(**{**form, "id": identity, "slug": f"visit-{number}"})))
        await core_database.execute(FormVersion.insert(FormVersion(**{**version, "id": new_id(), "form": identity})))
    every = await queries.published_forms_of(home)
    assert {one.slug for one in every} == {"visit", *(f"visit-{number}" for number in range(520))}
    assert every[0] == await queries.published("visit")


@pytest.mark.parametrize("slug", ["a\x00b", "visit\n", "VISIT", "ab", "x" * 65, "-visit", "ቪዚት"])
async def test_names_that_no_form_has_are_not_looked_for(home: UUID, slug: str) -> None:
    with pytest.raises(NotFound):
        await queries.row_of(home, slug)
    with pytest.raises(NotFound):
        await queries.published(slug)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"slug": slug, "name": "N", "definition": asking()}, NewForm)


@pytest.mark.parametrize("origins", ["*", "", "https://a.example http://b.example:65535", "https://[2001:db8::1]:8443"])
def test_origins_that_can_be(origins: str) -> None:
    assert msgspec.convert({"allowed_origins": origins}, FormChange).allowed_origins == origins


@pytest.mark.parametrize("origins", ["https://a.example:99999", "https://a.example:65536", "https://a.example:1:2"])
def test_origins_that_no_browser_has(origins: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"allowed_origins": origins}, FormChange)


@pytest.mark.parametrize("origins", ["https://a.example; script-src *", "https://a.example\n", "'self'", "*\n", "a.b"])
def test_origins_that_would_change_the_policy(origins: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"allowed_origins": origins}, FormChange)


async def test_lists_are_paged_and_hold_each_once(home: UUID) -> None:
    slugs = [f"form-{n}" for n in range(5)]
    for slug in slugs:
        await make(home, slug)
    for n in range(5):
        await publish(home, asking(str(n)), "form-0", NOW + timedelta(minutes=n))
    form = (await queries.published("form-0")).id
    forms: list[str] = []
    numbers: list[int] = []
    cursor: str | None = None
    for _ in range(3):
        page = await queries.form_list(home, 2, cursor)
        forms += [form.slug for form in page.items]
        cursor = page.next
    assert cursor is None
    assert sorted(forms) == slugs
    for _ in range(3):
        versions = await queries.version_list(home, form, 2, cursor)
        numbers += [version.number for version in versions.items]
        cursor = versions.next
    assert (cursor, numbers) == (None, [5, 4, 3, 2, 1])


async def test_acts_are_in_the_event_log(home: UUID) -> None:
    await make(home)
    await service.publish(home, "visit", None, NOW)
    await service.set_open(home, "visit", False, NOW)
    rows = await core_database.fetch("SELECT kind FROM event WHERE workspace = {} ORDER BY id", home)
    assert [row["kind"] for row in rows] == ["form.published", "form.closed"]
