"""What the QR code of a place, or of somebody's card there, opens: for the pages from which it is printed."""

import msgspec

from survey_service.forms import posters
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.places.schemas import PlaceRow


class Opened(msgspec.Struct, frozen=True):
    """The form, None before any is published; `choice` is why, None where nobody has chosen one, and `undecided` then
    while there are several."""

    form: PublishedForm | None
    choice: posters.Choice | None
    undecided: bool


async def opened(place: PlaceRow) -> Opened:
    """What the code of a place opens now."""
    if choice := await posters.chosen(place):
        return Opened(choice.form, choice, undecided=False)
    published_forms = await forms.published_forms_of(place.workspace)
    return Opened(posters.first_of(published_forms), None, undecided=len(published_forms) > 1)
