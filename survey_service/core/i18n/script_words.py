"""The sentences that scripts of staff pages say. They stand in the scripts in English; a page in another language
carries them in it. A test holds that this is all of them.
"""

from collections.abc import Mapping

from survey_service.core.i18n.staff import N_, SOURCE, gettext, language

SENTENCES = (
    N_("There is no connection. Nothing was sent, and all that you typed is still here. Try again in a moment."),
    N_("Sending…"),
    N_("Copied"),
    N_("New answers are in the figures."),
    N_("New answers are in."),
    N_("Not live any more: what you see may be old."),
    N_("The figure could not be opened. The drawing above says the same."),
    N_("What you typed before is here again."),
    N_("Somebody changed this meanwhile."),
    N_("It is not saved yet."),
    N_("This is what you typed before; copy what you need."),
    N_("Begin afresh"),
    N_("Throw it away"),
    N_("What you typed is not saved yet"),
    N_("Stay here"),
    N_("Leave without saving"),
    N_("If you leave, it is here again when you come back in this tab."),
    N_("A password is never kept: you are asked for it again."),
    N_("The PDF is being made. This takes some seconds."),
    N_("The PDF is made."),
    N_("The PDF did not arrive. Look at the network and try again."),
)


def script_words() -> Mapping[str, str]:
    """English sentence → what the page's language says; empty for an English page."""
    return {} if language() == SOURCE else {sentence: gettext(sentence) for sentence in SENTENCES}
