"""A customer's history calls a form by the name that it had when the answer came in."""

import httpx

from survey_service.core import clock, database
from survey_service.forms import service as forms
from survey_service.forms.schemas import FormChange
from tests import factories
from tests.answers import release
from tests.builder.browsing import owner


async def test_a_history_names_the_form_and_not_its_address(client: httpx.AsyncClient) -> None:
    caller, headers = await owner()
    home = await factories.published()
    assert home == caller.workspace
    for number in (1, 2):
        await forms.change(home, "visit", FormChange(name=f"After a visit, {number}"), clock.now())
        sent = await factories.send(client, factories.submission({"recommend": 9, "email": "una@example.org"}))
        assert sent.status_code == 201, sent.text
    (suspect,) = await database.fetch("SELECT id FROM response ORDER BY received_at DESC, id DESC LIMIT 1")
    await database.execute("DELETE FROM timeline_entry WHERE subject = {}", suspect["id"])
    await database.execute("UPDATE response SET state = 'spam', customer = NULL WHERE id = {}", suspect["id"])
    await release(home, suspect["id"])
    (customer,) = await database.fetch("SELECT id FROM customer")
    page = (await client.get(f"/app/customers/{customer['id']}", headers=headers)).text
    assert "After a visit, 1" in page
    assert "After a visit, 2" in page
    assert ">visit<" not in page
