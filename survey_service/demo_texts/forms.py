"""The words of the demo forms `visit`, `contact` and `callback`, in the demo's six languages.

What does not name the company is said in the words that any new form may begin with (`core.i18n.starter_words`).

Scale ends and CSAT labels are those of every form (`core/i18n/messages`).
"""

from collections.abc import Mapping

import msgspec

from survey_service.core.i18n import starter_text
from survey_service.demo_texts import LANGUAGES

Translated = Mapping[str, str]


class DemoForm(msgspec.Struct, frozen=True):
    """One form's words: title, introduction and thanks, questions by key, choices by question and choice key."""

    title: Translated
    intro: Translated
    thanks: Translated
    questions: Mapping[str, Translated]
    choices: Mapping[str, Mapping[str, Translated]] = {}


def _shared(key: str) -> Translated:
    words = starter_text(key)
    return {tag: words[tag] for tag in LANGUAGES}


COMPANY: Translated = {
    "en": "Linden Flowers",
    "am": "ሊንደን አበባ",
    "ka": "ლინდენის ყვავილები",
    "ml": "ലിൻഡൻ ഫ്ലവേഴ്സ്",
    "si": "ලින්ඩන් මල්",
    "ar": "زهور ليندن",
}

_NAME = _shared("name")
_PHONE = _shared("phone")
_EMAIL = _shared("email")

VISIT = DemoForm(
    title={
        "en": "Your visit to Linden Flowers",
        "am": "በሊንደን አበባ የነበረዎት ጉብኝት",
        "ka": "თქვენი სტუმრობა ლინდენის ყვავილებში",
        "ml": "ലിൻഡൻ ഫ്ലവേഴ്സിലേക്കുള്ള നിങ്ങളുടെ സന്ദർശനം",
        "si": "ලින්ඩන් මල් වෙත ඔබේ පැමිණීම",
        "ar": "زيارتك لزهور ليندن",
    },
    intro={
        "en": "Tell us how it was. Only the first question needs an answer.",
        "am": "እንዴት እንደነበር ይንገሩን። የግድ መመለስ ያለበት የመጀመሪያው ጥያቄ ብቻ ነው።",
        "ka": "გვითხარით, როგორი იყო. მხოლოდ პირველ შეკითხვას სჭირდება პასუხი.",
        "ml": "അനുഭവം എങ്ങനെയായിരുന്നെന്ന് പറയൂ. ആദ്യ ചോദ്യത്തിനു മാത്രം മറുപടി മതി.",
        "si": "කෙසේ වූවාදැයි අපට කියන්න. පිළිතුරක් අවශ්‍ය පළමු ප්‍රශ්නයට පමණි.",
        "ar": "أخبرنا كيف كانت. السؤال الأول وحده يحتاج إلى إجابة.",
    },
    thanks={
        "en": "Thank you for coming to Linden Flowers. The people of your shop read this today.",
        "am": "ሊንደን አበባን ስለጎበኙ እናመሰግናለን። የሱቁ ሠራተኞች ዛሬውኑ ያነቡታል።",
        "ka": "გმადლობთ, რომ ლინდენის ყვავილებს ესტუმრეთ. მაღაზიის თანამშრომლები ამას დღესვე წაიკითხავენ.",
        "ml": "ലിൻഡൻ ഫ്ലവേഴ്സിൽ വന്നതിനു നന്ദി. കടയിലുള്ളവർ ഇന്നുതന്നെ ഇതു വായിക്കും.",
        "si": "ලින්ඩන් මල් වෙත පැමිණියාට ස්තුතියි. වෙළඳසැලේ අය මෙය අදම කියවති.",
        "ar": "شكرًا لزيارتك زهور ليندن. سيقرأ فريق المحل هذا اليوم.",
    },
    questions={
        "recommend": {
            "en": "How likely are you to recommend Linden Flowers to a friend or colleague?",
            "am": "ሊንደን አበባን ለወዳጅዎ ወይም ለሥራ ባልደረባዎ የመጠቆም ዕድልዎ ምን ያህል ነው?",
            "ka": "რამდენად სავარაუდოა, რომ ურჩევთ ლინდენის ყვავილებს მეგობარს ან კოლეგას?",
            "ml": "ലിൻഡൻ ഫ്ലവേഴ്സ് ഒരു സുഹൃത്തിനോടോ സഹപ്രവർത്തകനോടോ ശുപാർശ ചെയ്യാൻ എത്ര സാധ്യതയുണ്ട്?",
            "si": "ඔබ ලින්ඩන් මල් මිතුරෙකුට හෝ සගයෙකුට නිර්දේශ කිරීමට කොපමණ ඉඩ තිබේද?",
            "ar": "ما مدى احتمال أن توصي صديقًا أو زميلًا بزهور ليندن؟",
        },
        "satisfaction": _shared("satisfaction"),
        "effort": _shared("effort"),
        "comment": _shared("comment"),
        "email": _shared("email_for_reply"),
    },
)

CONTACT = DemoForm(
    title={
        "en": "Write to Linden Flowers",
        "am": "ለሊንደን አበባ ይጻፉ",
        "ka": "მიწერეთ ლინდენის ყვავილებს",
        "ml": "ലിൻഡൻ ഫ്ലവേഴ്സിന് എഴുതുക",
        "si": "ලින්ඩන් මල් වෙත ලියන්න",
        "ar": "اكتب إلى زهور ليندن",
    },
    intro={
        "en": "We answer within one working day.",
        "am": "በአንድ የሥራ ቀን ውስጥ እንመልሳለን።",
        "ka": "გიპასუხებთ ერთი სამუშაო დღის განმავლობაში.",
        "ml": "ഒരു പ്രവൃത്തിദിവസത്തിനുള്ളിൽ മറുപടി നൽകും.",
        "si": "එක් වැඩ කරන දිනයක් ඇතුළත අපි පිළිතුරු දෙමු.",
        "ar": "نرد خلال يوم عمل واحد.",
    },
    thanks=_shared("contact_thanks"),
    questions={
        "name": _NAME,
        "email": _EMAIL,
        "phone": _PHONE,
        "message": _shared("message"),
    },
)

CALLBACK = DemoForm(
    title=_shared("callback_title"),
    intro={
        "en": "Leave a number and a time that suits you.",
        "am": "ስልክ ቁጥርዎንና የሚመችዎትን ጊዜ ይተዉልን።",
        "ka": "დაგვიტოვეთ ნომერი და თქვენთვის მოსახერხებელი დრო.",
        "ml": "നമ്പറും സൗകര്യമുള്ള സമയവും നൽകുക.",
        "si": "අංකයක් සහ ඔබට පහසු වේලාවක් සඳහන් කරන්න.",
        "ar": "اترك رقمك والوقت الذي يناسبك.",
    },
    thanks=_shared("callback_thanks"),
    questions={
        "name": _NAME,
        "phone": _PHONE,
        "time": _shared("time"),
        "topic": _shared("topic"),
    },
    choices={
        "time": {
            "morning": _shared("morning"),
            "afternoon": _shared("afternoon"),
            "evening": _shared("evening"),
        }
    },
)

FORMS: Mapping[str, DemoForm] = {"visit": VISIT, "contact": CONTACT, "callback": CALLBACK}
