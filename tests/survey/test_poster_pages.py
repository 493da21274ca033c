"""What the code of a poster opens."""

import re

import httpx

from survey_service.forms import queries as forms
from survey_service.survey import page_token
from tests import factories
from tests.conftest import KEYS
from tests.invitations import product


async def test_a_poster_opens_the_survey_with_its_place(client: httpx.AsyncClient) -> None:
    home = await factories.workspace()
    await factories.place(home)
    assert (await client.get("/q/piassa")).status_code == 404
    await product.publish(home)
    page = await client.get("/q/piassa", headers={"Accept-Language": "am"})
    assert page.status_code == 200
    assert 'lang="am"' in page.text
    assert "ፒያሳ" in page.text
    (mark,) = re.findall(r'name="_time" value="([^"]+)"', page.text)
    token = page_token.read(KEYS, home, (await forms.published("visit")).id, mark)
    assert token is not None
    assert (token.channel, token.place) == ("qr", "piassa")
    for code in ("nowhere", "PIASSA", "a%00b", "%F0%9F%99%82"):
        assert (await client.get(f"/q/{code}")).status_code == 404
