"""How easily a password is guessed."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import guessing
from survey_service.core.guessing import ENOUGH, guesses, words_of

ALICE = words_of(["alice@example.org", "Alice", "Linden Flowers"])


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password2026!", "passwordpassword", "drowssap4321", "p@ssw0rd!2026", "Ｐａｓｓｗｏｒｄ1234",
        "123456789012", "987654321098", "abcdefghijkl", "qwertyuiop12", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3",
        "iloveyou1234", "letmeinplease", "welcome12345", "administrator", "AdminAdmin123", "trustno1trustno1",
        "sunshine2026", "Summer2026!!", "December2025!", "mondaymonday1", "monkeymonkey12", "aaaaaaaaaaaa",
        "survey-service1", "feedback2026!", "linden flowers", "LindenFlowers1", "alice@example.org", "AliceExample12",
        "$un5h1ne2026", "@dm1n15tr@tor", "f00tb@ll2026!", "Summ3r2026!!", "l1nd3n fl0w3rs",
        "passwort2024", "Kennwort2024!", "Sommer2025!!", "Frühling2025", "Fruehling2025!", "Oktober2025!",
        "Geheimnis2025", "Schmetterling1", "Willkommen2025", "SonneMond2025", "umfrage12345",
        "motdepasse2024", "Février2025!", "fevrier202512", "printemps2025", "Bonjour2024!", "chouchou2024",
        "contraseña2024", "Contrasena2024", "verano2025!!", "Miércoles2025", "mariposa2024", "primavera2024",
        "пароль2024!!", "солнышко2024",
        "01.01.1990ab", "01.01.1990 01.01.1990", "geburtstag1990", "ichliebedich12", "Compleanno1990",
        "1990-01-01ab", "24/12/1999!!", "Anna24121999", "199912241999", "Schatz24.12.1999",
        "qwertzuiop12", "azertyuiop12", "poiuztrewq12", "yxcvbnmasdfg", "1qay2wsx3edc", "йцукенгшщзхъ",
    ],
)  # fmt: skip
def test_what_comes_to_mind_is_easy_to_guess(password: str) -> None:
    assert guesses(password, ALICE) < ENOUGH


@pytest.mark.parametrize(
    ("known", "password"),
    [
        ("Müller", "mueller2024!"),
        ("Müller", "Muller2024!!"),
        ("Bäckerei Weiß", "BaeckereiWeiss1"),
        ("José Peña", "josepena2024"),
    ],
)
def test_a_name_is_known_however_it_is_spelled(known: str, password: str) -> None:
    assert guesses(password, words_of([known])) < ENOUGH


@pytest.mark.parametrize("password", ["99.99.1990 xk", "x31.41.2024qv", "qwxrtyvcbn k"])
def test_what_is_no_date_and_no_row_of_keys_costs_what_its_signs_do(password: str) -> None:
    assert guesses(password) >= ENOUGH


@pytest.mark.parametrize(
    "password",
    [
        "seven swans a swimming", "correct horse battery staple", "mein garten ist grün", "quiet copper window harbour",
        "ሰባት ዝዋኖች በሐይቁ ላይ", "x9$kQ-4vLp!2", "zvirbulis uz jumta", "семь тихих лодок", "quatre chats sous la pluie",
        "siete gatos duermen la siesta", "drei Katzen unter dem Kirschbaum",
    ],
)  # fmt: skip
def test_a_few_unrelated_words_are_not(password: str) -> None:
    assert guesses(password, ALICE) >= ENOUGH


def test_each_of_the_common_ones_is_easy_however_it_is_written() -> None:
    assert len(guessing.common()) > 29_000
    assert all(word == word.lower() for word in guessing.common())
    long = [word for word in guessing.common() if len(word) >= 12]
    assert len(long) > 200
    assert [word for word in long if guesses(word.upper()) >= ENOUGH] == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_known_never_makes_it_harder(password: str, known: str) -> None:
    assert 0 <= guesses(password, words_of([known])) <= guesses(password)


@given(st.binary(min_size=8, max_size=8))
def test_chance_is_hard_to_guess(seed: bytes) -> None:
    assert guesses(hashlib.sha256(seed).hexdigest()) >= ENOUGH


@pytest.mark.parametrize(
    ("typed", "known"), [("4@8({[<3!1|70$5+7%2" * 27, ""), ("\ufdfa" * 512, ""), ("x9$kQ" * 102, "y" * 5000)]
)
def test_the_most_that_is_taken_is_looked_at_in_few_steps(
    monkeypatch: pytest.MonkeyPatch, typed: str, known: str
) -> None:
    """Whatever is typed, and whatever the person or the company is called."""
    looked = 0
    of_word = guessing._of_word

    def counted(*given: Any) -> Iterator[float]:
        nonlocal looked
        looked += 1
        return of_word(*given)

    monkeypatch.setattr(guessing, "_of_word", counted)
    guesses(typed, words_of([known]))
    assert looked < 2 * 512 * max(map(len, guessing.common()))
