"""What the QR code of a place, or of somebody's card there, opens: for the pages from which it is printed."""

import msgspec

from survey_service.forms import posters
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.places.schemas import PlaceRow


class Opened(msgspec.Struct, frozen=True):
    """The form, None before any is published; `undecided` while nobody has said which of several it is."""

    form: PublishedForm | None
    undecided: bool


async def opened(place: PlaceRow) -> Opened:
    """What the code of a place opens now."""
    return Opened(await posters.form_of(place), await is_undecided(place))


async def is_undecided(place: PlaceRow) -> bool:
    """Whether nobody has said yet which of several forms the code of a place opens."""
    return await posters.chosen_form(place) is None and len(await forms.published_forms_of(place.workspace)) > 1
