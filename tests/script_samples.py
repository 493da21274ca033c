"""Short texts of each script, to see whether a font has all its signs and joins them as it should.

They hold what breaks first: stacked consonants and vowel signs on both sides (Malayalam, Sinhala), joined letters,
marks and mixed directions (Arabic), the Ethiopic word and sentence marks, Georgian without capitals.
"""

from collections.abc import Mapping

SCRIPT_SAMPLES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Fresh roses every morning",
        "Café, façade, naïve: open 9–18",
        "“Thank you”, she said: it’s lovely",
        "NPS 38, 33 to 43, n = 1,204",
        "Change −9 against October",
        "Riga, Rīga, Ķengarags, Čiekurkalns",
        "100 % of 10, ½ of ⅔",
        "Quick wafting zephyrs vex bold Jim",
    ),
    "am": (
        "ትኩስ አበቦች በየቀኑ",
        "እንኳን ደህና መጡ።",
        "ጽጌረዳዎቹ ቆንጆ ነበሩ፤ ግን 25 ደቂቃ ጠበቅኩ።",
        "ሐምሌ፣ ኀይል፣ ሠላም፣ ጸሎት፣ ፀሐይ",
        "ቋንቋ፣ ጓደኛ፣ ኳስ፣ ቈረጠ",
        "ዋጋው ስንት ነው?",
        "ጃንጥላ፣ ቺፕስ፣ ዥረት፣ ኛ",
        "ውጤት፦ 38 (ከ33 እስከ 43)",
    ),
    "ka": (
        "ახალი ყვავილები ყოველდღე",
        "კეთილი იყოს თქვენი მობრძანება!",
        "ვარდები ლამაზი იყო, მაგრამ 25 წუთი ველოდე.",
        "ბაყაყი წყალში ყიყინებს",
        "„დიდი მადლობა“, თქვა მან",
        "ჭიქა, ჟოლო, ჰაერი, ღვინო, ძაფი",
        "რა ღირს ეს თაიგული?",
        "შეფასება: 38 (33-დან 43-მდე)",
    ),
    "ml": (
        "എന്നും പുതുപുത്തൻ പൂക്കൾ",
        "നിങ്ങൾക്കു സ്വാഗതം!",
        "റോസാപ്പൂക്കൾ മനോഹരം, പക്ഷേ 25 മിനിറ്റ് കാത്തുനിന്നു.",
        "ക്ഷമ, ശ്രദ്ധ, സ്ത്രീ, കൃഷ്ണൻ, ജ്ഞാനം",
        "കേരളം, കൊച്ചി, കൗതുകം, കൈത്തറി",
        "അവൻ, അവൾ, അവർ, പാൽ, കൺമണി",
        "വില എത്രയാണ്?",
        "സ്കോർ: 38 (33 മുതൽ 43 വരെ)",
    ),
    "si": (
        "හැමදාම නැවුම් මල්",
        "ඔබ සාදරයෙන් පිළිගනිමු!",
        "රෝස මල් ලස්සනයි, ඒත් විනාඩි 25ක් බලන් හිටියා.",
        "ශ්‍රී ලංකා, ප්‍රශ්නය, ක්‍රියාව, සත්‍ය",
        "කෝපි, කෞතුකය, කෛරාටික, කොළඹ",
        "ඥානය, ඤාණ, සිංහල, දුඃඛ",
        "මිල කීයද?",
        "ලකුණු: 38 (33 සිට 43 දක්වා)",
    ),
    "ar": (
        "زهور طازجة كل يوم",
        "أهلًا وسهلًا بكم!",
        "الورود جميلة، لكنني انتظرت 25 دقيقة.",
        "لا، لأن، الآن، الإجازة، سلام: لام ألف",
        "شُكْرًا جَزِيلًا لَكُمْ",
        "فرع Rainbow Street في عمّان",
        "كم ثمن هذه الباقة؟",
        "النتيجة: 38 (من 33 إلى 43)",
    ),
}
