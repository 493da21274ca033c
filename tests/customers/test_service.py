from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from survey_service.core import database
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.customers import plans, queries, service
from survey_service.customers.schemas import CLAIMED, VERIFIED, Claim, Details, TimelineRow
from survey_service.invitations.timeline import RESUBSCRIBED, UNSUBSCRIBED
from survey_service.responses.timeline import ANSWERED

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KEYS = Keyring("a-secret-of-the-tests-that-is-long-enough")


@pytest.fixture
def workspace() -> UUID:
    return new_id()


async def add(workspace: UUID, email: str, name: str = "", minutes: int = 0) -> UUID:
    return await service.customer_for_email(workspace, email, name, "", "staff", NOW + timedelta(minutes=minutes))


async def claimed(workspace: UUID, email: str, name: str) -> UUID:
    found = await database.current().run(plans.attach_claims([Claim(workspace, email, name, "", NOW)]))
    return found[workspace, email]


async def test_one_address_is_one_customer(workspace: UUID) -> None:
    first = await add(workspace, "hana@example.org", "Hana")
    assert await add(workspace, " HANA@Example.org", "") == first
    assert (await queries.customer(workspace, first)).name == "Hana"
    assert await add(new_id(), "hana@example.org") != first


async def test_verification_confirms_a_claim_and_names_the_person(workspace: UUID) -> None:
    hana = await claimed(workspace, "hana@example.org", "Mallory")
    assert (await queries.identities(workspace, hana))[0].strength == CLAIMED
    assert await add(workspace, "hana@example.org", "Hana Tesfaye") == hana
    (identity,) = await queries.identities(workspace, hana)
    assert (identity.strength, identity.source) == (VERIFIED, "staff")
    assert (await queries.customer(workspace, hana)).name == "Hana Tesfaye"
    assert await claimed(workspace, "hana@example.org", "Mallory") == hana
    assert (await queries.customer(workspace, hana)).name == "Hana Tesfaye"


async def test_not_an_address(workspace: UUID) -> None:
    with pytest.raises(Invalid) as caught:
        await add(workspace, "hana")
    assert caught.value.errors[0].field == "email"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("hana@example.org", ["Hana Tesfaye"]),
        ("EXAMPLE.org", ["Élodie Öst", "Hana Tesfaye", "ሃና ተስፋዬ"]),
        ("tesf", ["Hana Tesfaye"]),
        ("éLODIE", ["Élodie Öst"]),
        ("öst", ["Élodie Öst"]),
        ("ተስፋ", ["ሃና ተስፋዬ"]),
        ("elodie ost", ["Élodie Öst"]),
        ("E\u0301lodie", ["Élodie Öst"]),
        ("100%", ["100% Blumen"]),
        ("a_b", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("nobody@example.org", []),
    ],
)
async def test_search(workspace: UUID, search: str, found: list[str]) -> None:
    await add(workspace, "hana@example.org", "Hana Tesfaye", minutes=2)
    await add(workspace, "eo@example.org", "Élodie Öst", minutes=3)
    await add(workspace, "h2@example.org", "ሃና ተስፋዬ", minutes=1)
    await add(workspace, "blumen@example.net", "100% Blumen")
    await add(new_id(), "stranger@example.org", "Hana Tesfaye")
    page = await queries.customer_list(workspace, search, "", 50)
    assert [row.name for row in page.items] == found


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Кафе на Невском", "кафе на невском"),
        ("Алёна", "АЛЕНА"),
        ("Zoe\u0308 Müller", "zoë muller"),
        ("Jürgen Groß", "JURGEN GROSS"),
        ("Νίκος", "ΝΙΚΟΣ"),
        ("مُحَمَّد", "محمد"),
        ("می\u200cنا", "مینا"),
        ("Łucja", "lucja"),
    ],
)
async def test_a_name_is_found_however_it_is_typed(workspace: UUID, name: str, search: str) -> None:
    known = await add(workspace, "first@example.org", "Somebody")
    await add(workspace, "first@example.org", name)
    await add(workspace, "weiß@straße.example", "Other")
    for part in (search, search[1:], name):
        assert [row.id for row in (await queries.customer_list(workspace, part, "", 50)).items] == [known]
    for address in ("weiß@straße.example", "WEIß@xn--strae-oqa.example", "weiss@strasse", "straße"):
        found = await queries.customer_list(workspace, address, "", 50)
        assert [row.email for row in found.items] == ["weiß@straße.example"], address


async def test_pages_of_a_search_hold_each_once(workspace: UUID) -> None:
    for n in range(5):
        await add(workspace, f"hana{n}@example.org", "Hana", minutes=n // 2)
    seen: list[UUID] = []
    cursor = ""
    while True:
        page = await queries.customer_list(workspace, "hana", cursor, 2)
        seen += [row.id for row in page.items]
        if not page.next:
            break
        cursor = page.next
    assert len(seen) == len(set(seen)) == 5


async def test_who_was_seen_last_comes_first(workspace: UUID) -> None:
    first, second = await add(workspace, "a@example.org"), await add(workspace, "b@example.org", minutes=1)
    moments = {first: NOW + timedelta(hours=1), second: NOW - timedelta(hours=1)}
    await service.mark_seen(workspace, moments, NOW + timedelta(hours=2))
    page = await queries.customer_list(workspace, "", "", 50)
    assert [row.id for row in page.items] == [first, second]
    assert page.items[1].seen_at == NOW + timedelta(minutes=1)
    await service.mark_seen(workspace, {second: NOW + timedelta(days=365)}, NOW)
    await service.mark_seen(workspace, {second: NOW}, NOW)
    assert (await queries.customer_list(workspace, "", "", 50)).items[1].seen_at == NOW, "a year that was not"
    assert (await queries.customer_list(new_id(), "", "", 50)).items == []


async def test_entries_are_amended_by_what_they_are_about(workspace: UUID) -> None:
    customer, subject = await add(workspace, "a@example.org"), new_id()
    row = TimelineRow(workspace, customer, ANSWERED, CLAIMED, subject, Details(score=4, comment="ደህና"), NOW)
    await service.note(row)
    await database.current().run(plans.amend_entries({(workspace, customer, subject): {"sentiment": "negative"}}))
    await database.current().run(plans.amend_entries({(new_id(), customer, subject): {"comment": "not yours"}}))
    (entry,) = (await queries.profile(workspace, customer)).timeline
    assert entry.details == Details(score=4, comment="ደህና", sentiment="negative")
    assert (entry.subject, entry.strength, entry.occurred_at) == (subject, CLAIMED, NOW)
    await database.current().run(plans.drop_entry((new_id(), customer, subject)))
    assert len((await queries.profile(workspace, customer)).timeline) == 1
    await database.current().run(plans.drop_entry((workspace, customer, subject)))
    assert (await queries.profile(workspace, customer)).timeline == []


async def test_unsubscribed_until_it_was_a_mistake(workspace: UUID) -> None:
    customer = await add(workspace, "a@example.org")
    for minutes, kind, expected in ((1, UNSUBSCRIBED, NOW + timedelta(minutes=1)), (2, RESUBSCRIBED, None)):
        moment = NOW + timedelta(minutes=minutes)
        await service.note(TimelineRow(workspace, customer, kind, VERIFIED, new_id(), Details(), moment))
        assert await queries.unsubscribed_at(workspace, customer) == expected


async def test_strangers_find_nobody(workspace: UUID) -> None:
    customer = await add(workspace, "a@example.org")
    for call in (queries.customer(new_id(), customer), queries.profile(new_id(), customer)):
        with pytest.raises(NotFound):
            await call
    assert await queries.names_of(new_id(), [customer]) == {}
    assert await queries.names_of(workspace, [customer, customer]) == {customer: "a@example.org"}


async def test_tokens_name_one_customer(workspace: UUID) -> None:
    customer = await add(workspace, "a@example.org")
    token = await service.token_for(KEYS, workspace, customer)
    assert await service.customer_of_token(KEYS, token, workspace) == customer
    with pytest.raises(NotFound):
        await service.token_for(KEYS, new_id(), customer)
    for wrong in (token[:-1], "", "ü", "a.b"):
        assert await service.customer_of_token(KEYS, wrong, workspace) is None
    assert await service.customer_of_token(KEYS, token, new_id()) is None
    assert await service.customer_of_token(Keyring("another-secret-of-the-tests-long-enough"), token, workspace) is None
