"""Two invitations that did not arrive, so that staff see what becomes of such: one refused, one not wanted."""

from datetime import timedelta

from survey_service.accounts import signing_service
from survey_service.core import database
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.demo.chance import drawn_for
from survey_service.demo.definitions import VISIT
from survey_service.demo.letters import failed_letter, unanswered_letter
from survey_service.demo.people import RESERVED, Person
from survey_service.demo.portions import Portion, letters_batch, write
from survey_service.demo.year import Year
from survey_service.invitations import queries, service
from survey_service.invitations.schemas import NewInvitation

REFUSED_BEFORE, LEFT_BEFORE, WRITTEN_TO_BEFORE = timedelta(days=3), timedelta(days=110), timedelta(days=5)


async def not_delivered(settings: Settings, year: Year) -> Portion:
    """Writes them, and the mail after which somebody left the list; what was written."""
    random = drawn_for(year.seed, "undelivered")
    crowd = year.crowd()
    gone, leaving = [person for person in map(crowd.person, range(RESERVED)) if person.verified][:2]
    refused = failed_letter(random, gone, year.now - REFUSED_BEFORE)
    last = unanswered_letter(random, leaving, year.now - LEFT_BEFORE)
    await database.current().run(write(letters_batch(year, [refused, last])))
    keys = await signing_service.signing_keys(settings)
    row = await queries.invitation(year.company.workspace, last.id)
    await service.unsubscribe(keys, row, year.now - LEFT_BEFORE + timedelta(hours=2))
    await _write_to(keys, year, leaving)
    return Portion([], invitations=3)


async def _write_to(keys: Keyring, year: Year, person: Person) -> None:
    """Asks for one more invitation, which is kept as suppressed."""
    new = NewInvitation(form=VISIT, email=person.email, language=person.language, place=person.place)
    await service.queue_invitation(keys, year.company.workspace, new, year.now - WRITTEN_TO_BEFORE)
