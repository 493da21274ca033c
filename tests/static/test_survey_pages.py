"""Respondent pages as they are without script: names, words, errors, and nothing that a strict policy refuses."""

import re

import pytest
from markupsafe import escape

from survey_service.core.i18n import LANGUAGES, text
from tests.invitations.letters import invitation as mail
from tests.static.samples import (
    FORM,
    OFFERED,
    TEN_QUESTIONS,
    Form,
    Question,
    elements,
    invitation,
    render,
    survey,
    words,
)

INPUT_KINDS = [question for question in TEN_QUESTIONS if question.kind != "statement"]
NAMED = ("input", "textarea")


def names(page: str) -> set[str]:
    return {element.get("name") or "" for tag in NAMED for element in elements(page, tag)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_can_be_answered_in_every_language(language: str) -> None:
    page = survey(language)
    assert {question.key for question in INPUT_KINDS} <= names(page)
    assert elements(page, "html", lang=language, dir=LANGUAGES[language].direction)
    assert text("send", language) in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["already_title", "thanks_title"])
def test_what_a_notice_says_first_is_a_sentence_of_its_own(language: str, title: str) -> None:
    first, second = text(title, language), text("already_text", language)
    stop = text("full_stop", language)
    gap = "" if stop == "。" else " "
    assert f"{escape(first)}{stop}</strong>{gap}{escape(second)}" in survey(language, notice=(first, second))


def test_the_markers_of_a_response_occur_once() -> None:
    for page in (survey(), invitation(), survey(errors={"reason": "Choose one answer."})):
        assert page.count("__RESPONSE_ID__") == page.count("__TIME_TOKEN__") == 1


UNDO = {"button": "Undo", "title": "Undone", "text": "Surveys may come again."}
PAGES = {
    "survey": survey(),
    "embedded": survey("ar", embed=True),
    "invitation": invitation(),
    "thanks": render("survey/thanks.html", receipt="A7"),
    "notice": render("survey/notice.html", title="Closed", text="It takes no more answers."),
    "unsubscribe": render("survey/unsubscribe.html", email="sara@example.org", state="", undo=UNDO),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_strict_policy_refuses_nothing(name: str) -> None:
    for element in elements(PAGES[name]):
        assert not [attribute for attribute in element.attributes if attribute == "style" or attribute.startswith("on")]
        assert not re.match(r"(https?:)?//", element.get("src") or element.get("href") or "")


def test_numbers_of_each_scale() -> None:
    page = survey()
    values = {
        question.key: [radio.get("value") for radio in elements(page, "input", name=question.key, type="radio")]
        for question in TEN_QUESTIONS
        if question.kind in ("nps", "csat", "ces")
    }
    assert values == {
        question.key: [str(number) for number in range(question.low, question.high + 1)]
        for question in TEN_QUESTIONS
        if question.kind in ("nps", "csat", "ces")
    }


def test_nothing_is_chosen_beforehand_and_nothing_is_cut() -> None:
    page = survey()
    assert not [radio for radio in elements(page, "input") if "checked" in radio.attributes]
    assert not [control for tag in NAMED for control in elements(page, tag) if "maxlength" in control.attributes]


def test_five_boxes_are_faces_with_words() -> None:
    assert all(text(f"csat_{number}", "am") in words(survey("am")) for number in range(1, 6))
    own = Question("mood", "csat", "How was it?", low=1, high=5, low_label="Awful", high_label="Lovely")
    page = words(survey(form=Form("t", "s", [own])))
    assert "Awful" in page
    assert "Lovely" in page
    assert text("csat_1", "en") not in page


def test_zero_is_kept_as_an_answer() -> None:
    for zero in ("0", 0):
        page = survey(values={"recommend": zero})
        checked = [radio.get("value") for radio in elements(page, "input") if "checked" in radio.attributes]
        assert checked == ["0"]


def test_everything_typed_is_kept_after_an_error() -> None:
    values = {"recommend": "6", "bought": ["fresh", "wait"], "name": 'Ann "A" <b>', "comment": "\nline & <line>"}
    page = survey(values=values, errors={"reason": "Choose one answer."}, missing=True)
    checked = {(box.get("name"), box.get("value")) for box in elements(page, "input") if "checked" in box.attributes}
    assert checked == {("recommend", "6"), ("bought", "fresh"), ("bought", "wait")}
    assert elements(page, "input", name="name")[0].get("value") == values["name"]
    assert ">\n\nline &amp; &lt;line&gt;</textarea>" in page


def test_one_error_stands_beside_its_question_and_in_the_summary() -> None:
    page = survey(errors={"reason": "Choose one answer."}, missing=True)
    (field,) = elements(page, "fieldset", id="q-reason")
    assert field.get("aria-invalid") == "true"
    described = field.get("aria-describedby") or ""
    assert elements(page, id=described)
    assert elements(page, "a", href="#q-reason")
    told = words(page).replace("\u2068", "").replace("\u2069", "")
    assert (
        "One answer is missing. Everything you wrote is kept. Go to: What was the main reason for your score?" in told
    )


def test_two_errors_are_two_links_in_the_order_of_the_form() -> None:
    page = survey(errors={"email": "Part is missing.", "effort": "Choose a number."})
    links = [link.get("href") for link in elements(page, "a") if (link.get("href") or "").startswith("#q-")]
    assert links == ["#q-effort", "#q-email"]
    (mail_field,) = elements(page, "input", name="email")
    assert mail_field.get("aria-invalid") == "true"
    assert mail_field.get("aria-describedby") == "email-error"
    assert "2 answers need another look." in words(page)


def test_ids_are_unique_and_descriptions_exist() -> None:
    page = survey(errors={question.key: "Look again." for question in INPUT_KINDS})
    ids = [element.get("id") for element in elements(page) if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in elements(page):
        for name in ("aria-describedby", "for"):
            assert set((element.get(name) or "").split()) <= set(ids)


def test_what_authors_wrote_is_shown_as_text() -> None:
    sly = "<script>alert(1)</script>"
    question = Question("reason", "single_choice", sly, hint=sly, choices=[("a", sly), ("b", sly)])
    page = survey(form=Form(sly, "s", [question]), brand={"name": sly, "place": sly}, errors={"reason": sly})
    assert sly not in page
    assert len(elements(page, "script")) == 1


def test_the_trap_is_out_of_everyones_way() -> None:
    (trap,) = elements(survey(), "input", name="_website")
    assert (trap.get("tabindex"), trap.get("autocomplete")) == ("-1", "off")


def test_an_embedded_page_says_so() -> None:
    page = survey(embed=True)
    assert elements(page, "input", name="_embed", value="1")
    assert not elements(survey(), "input", name="_embed")


def test_other_languages_are_buttons_of_the_form_and_the_first_button_sends() -> None:
    buttons = [button for button in elements(survey(), "button") if button.get("form") == "survey"]
    assert (buttons[0].get("name"), "hidden" in buttons[0].attributes) == (None, True)
    assert [(each.get("name"), each.get("value")) for each in buttons[1:]] == [
        ("_show_in", code) for code in OFFERED if code != "en"
    ]
    assert elements(survey(), "form", id="survey")


def test_where_nothing_is_sent_languages_are_links() -> None:
    assert elements(survey(action=""), "a", href="?lang=am")


def test_the_footer_does_not_deny_what_the_form_asks() -> None:
    no_name = text("privacy_no_name", "en")
    assert no_name not in words(survey())
    assert no_name in words(survey(form=Form("t", "s", [FORM.questions[0]])))


def test_a_click_in_a_mail_opens_a_form_that_waits_for_its_button() -> None:
    page = invitation()
    (form,) = elements(page, "form")
    assert (form.get("id"), form.get("method"), form.get("action")) == ("one-click", "post", "/i/token")
    chosen = [radio.get("value") for radio in elements(page, "input") if "checked" in radio.attributes]
    assert chosen == ["9"]
    assert text("invitation_confirm", "en") in words(page)


def test_a_second_answer_from_one_page_is_asked_what_it_is() -> None:
    buttons = [("Change", "_again", "change"), ("Another", "_again", "add")]
    page = survey(notice=("Kept", "Which is it?"), buttons=buttons, values={"recommend": "3"})
    assert "Kept. Which is it?" in words(page)
    pressed = [(button.get("name"), button.get("value")) for button in elements(page, "button")]
    assert [pair for pair in pressed if pair[0] == "_again"] == [("_again", "change"), ("_again", "add")]


def test_thanks_leads_on() -> None:
    page = render("survey/thanks.html", onward=("/s/visit/more/x", "Change or add to my answer"))
    assert elements(page, "a", href="/s/visit/more/x")
    assert "Change or add to my answer" in words(page)


def test_unsubscribing_takes_a_button() -> None:
    page = render("survey/unsubscribe.html", action="/u/token", email="sara@example.org", state="", undo=UNDO)
    assert elements(page, "form", method="post", action="/u/token")
    assert not elements(page, "input", name="undo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_has_eleven_links_and_the_way_out(language: str) -> None:
    letter = mail(language)
    for message in (letter.text, letter.html):
        links = re.findall(r"https://feedback\.linden\.example/i/t+\?recommend=(\d+)", message)
        assert links == [str(number) for number in range(11)]
        assert letter.unsubscribe in message
        assert "4 Harbour Street, Riga" in message
        assert "<script" not in message


def test_the_plain_mail_is_plain() -> None:
    message = mail(name="O'Hara & <Sons>").text
    assert "O'Hara & <Sons>" in message
    assert not re.search(r"&\w+;", message)


def test_the_mail_escapes_and_turns() -> None:
    assert "<Sons>" not in mail(name="<Sons>").html
    assert elements(mail("ar").html, "html", dir="rtl")
