"""Parts of the application's state are asked for by their class."""

import pytest

from survey_service.core.settings import Settings
from survey_service.core.state import AppState, kept, state_in


def test_a_part_is_found_by_its_class_and_replaced_by_one_of_the_same() -> None:
    state = AppState(Settings(), [1])
    assert state.part(list) == [1]
    state.put([2])
    assert state.part(list) == [2]
    assert state.part_or_none(dict) is None
    with pytest.raises(LookupError, match="dict"):
        state.part(dict)


def test_the_framework_gives_back_what_it_keeps() -> None:
    state = AppState(Settings())
    assert state_in(kept(state)) is state
