"""What answers write to a customer's timeline."""

from survey_service.core.channels import CHANNELS
from survey_service.responses.timeline import ANSWERED


def test_every_channel_has_its_words() -> None:
    titles = {ANSWERED.words(code) for code in CHANNELS}
    assert len(titles) == len(CHANNELS)
    assert "Answered by QR code" in titles
    assert "Answered" not in titles
    assert ANSWERED.by_channel.keys() == set(CHANNELS)
