"""Forms beyond those of the demo."""

from typing import Any

CHOICES = (
    ("gift", "A gift", "هدية"),
    ("home", "My home", "بيتي"),
    ("work", "My work", "عملي"),
    ("self", "Me", "لنفسي"),
)


def question(kind: str, key: str, english: str, arabic: str, **more: Any) -> dict[str, Any]:
    """A question in two languages."""
    return {"kind": kind, "key": key, "text": {"en": english, "ar": arabic}, **more}


EVERYTHING: dict[str, Any] = {
    "title": {"en": "Everything", "ar": "كل شيء"},
    "languages": ["en", "ar"],
    "questions": [
        question("statement", "hello", "Every kind of question, for the curious.", "كل أنواع الأسئلة."),
        question("nps", "recommend", "Would you recommend us?", "هل توصي بنا؟", required=True),
        question("csat", "satisfaction", "Are you satisfied?", "هل أنت راض؟"),
        question("csat", "tidy", "How tidy was it?", "كم كان المكان مرتبا؟", scale=7),
        question("ces", "effort", "How easy was it?", "كم كان الأمر سهلا؟"),
        question(
            "single_choice", "reason", "What was it for?", "لماذا اشتريت؟", required=True,
            choices=[{"key": key, "text": {"en": english, "ar": arabic}} for key, english, arabic in CHOICES],
        ),
        question(
            "multiple_choice", "bought", "Which flowers?", "أي زهور؟",
            choices=[{"key": key, "text": {"en": key.title(), "ar": key}} for key in ("roses", "tulips", "lilies")],
        ),
        question("short_text", "name", "Your name", "اسمك"),
        question("long_text", "comment", "Anything else?", "هل من شيء آخر؟"),
        question("email", "email", "Your e-mail", "بريدك"),
        question("date", "day", "When is your birthday?", "متى عيد ميلادك؟"),
    ],
}  # fmt: skip
"""Every kind of question there is, in a script from left to right and one from right to left."""
