import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.lenient import holds
from evomerge.score.audits.letter import option_letter

STANDS = [
    ("ANSWER IS (c)", "C"),
    (r"The final answer is $\boxed{\text{(B)}}$", "B"),
    ("C — Berlin", "C"),
    ("It is 1e-5", "1e-5"),
    ("03:45", "3:45"),
    ("New-York", "New York"),
    ("Elle a vingt-et-un ans", "21"),
    ("zwölf Äpfel hat er", "12"),
    ("The answer is 18.", "18"),
    ("#### 18", "9*2 <<9*2=18>>\n#### 18"),
    ("$1,234.00", "1234"),
    ("It is \\boxed{1{,}234}.", "1,234"),
    ("**18**", "18"),
    ("so 18 dollars", "$18"),
    ("18%", "18"),
    ("18 percent", "18%"),
    ("42km", "42"),
    ("42 km", "42 km"),
    ("twenty-one apples", "21"),
    ("21", "twenty-one"),
    ("one", "1"),
    ("The answer is one.", "1"),
    ("7.0", "7"),
    ("7", "7.00"),
    ("007", "7"),
    ("-5", "-5"),
    ("x = −5", "-5"),
    ("10 - 5 = 5", "5"),
    ("$\\frac{1}{2}$", "1/2"),
    ("it's 3 / 4 of it", "3/4"),
    ("The answer is (B).", "B"),
    ("B", "B"),
    ("b", "B"),
    ("**B**", "B"),
    ("B. Paris", "B"),
    ("B) Paris", "B"),
    ("Option B is right", "B"),
    ("answer: B", "B"),
    ("The correct answer is B because", "B"),
    ("The answer is A because", "A"),
    ("\\boxed{A}", "A"),
    ("$\\boxed{\\text{A}}$", "A"),
    ("(A)", "A"),
    ("(a)", "A"),
    ("A: yes", "A"),
    ("Answer: a", "A"),
    ("I choose option c.", "C"),
    ("答案是B", "B"),
    ("答えはB です", "B"),
    ("Die Antwort ist B.", "B"),
    ("It is 'A'.", "(A)"),
    ("A", "A."),
    ("A, since it", "A"),
    ("The answer:\n\nC\n", "C"),
    ("彼は18個です", "18"),
    ("答えは赤です。", "赤"),
    ("マフィンを焼きます", "マフィン"),
    ("北京是首都", "北京"),
    ("Yes, it is.", "yes"),
    ("NO!", "no"),
    ("the Trophy", "trophy"),
    ("It was the brown suitcase.", "the brown suitcase"),
    ("`return x + 1`", "return x+1"),
    ("C++ is it", "C++"),
    ("print(f(1,2))", "f(1, 2)"),
    ("is ) ] }", "is"),
    ("The answer is ) ] }", ") ] }"),
    (") ]", ")]"),
    ("the sign is `+`", "+"),
    ("+", "+"),
    ("un sept neuf", "un sept neuf"),
    ("C'est cinq huit deux", "cinq huit deux"),
    ("Le résultat est 582", "cinq huit deux"),
    ("San   Francisco", "san francisco"),
    ("*San* **Francisco**", "San Francisco"),
    ("Sán Francisco", "San Francisco"),
    ("1 234 567", "1234567"),
    ("80.000 Euro", "80000"),
    ("€80", "80"),
    ("1. The first 5\n2. Then 18", "18"),
    ("The total is 1,234,567.89 dollars", "1234567.89"),
    ("x=12", "12"),
    ("12.", "12"),
    ("(12)", "12"),
    ("12,", "12"),
    ("½", "1/2"),
    ("&lt;div&gt;", "<div>"),
    ("Москва — столица", "Москва"),
    ("it is dos in Spanish", "dos"),
    ("3 million", "3,000,000"),
    ("-3.50", "-3.5"),
    ("**Answer:** $18$", "18"),
    ("1/2", "\\frac{1}{2}"),
    ("x² + 1", "x^2+1"),
    ("12 * 3", "12*3"),
    ("True", "true"),
    ("the value is .5", "0.5"),
    ("True.\n", "True"),
    ("12-year-old", "12"),
    ("$x=\\sqrt{2}$", "√2"),
    ("5 + 13 = 18", "18"),
    ("18/1 is 18", "18"),
    ("18 eggs", "18 eggs"),
    ("서울은 도시", "서울은"),
]
STANDS_NOT = [
    ("12e3", "12"),
    ("Mr. D smiled", "D"),
    ("A is for apple", "B"),
    ("$0.12", "12"),
    ("112", "12"),
    ("1.12", "12"),
    ("12.5", "12"),
    ("-5", "5"),
    ("5", "-5"),
    ("nothing", "no"),
    ("a dog", "A"),
    ("There is a reason", "A"),
    ("such a.", "A"),
    ("The answer is a prime number", "A"),
    ("B is not listed as U.S.B thing", "C"),
    ("I think so", "I"),
    ("option I like", "I"),
    ("", ""),
    ("abc", ""),
    ("abc", " "),
    ("12/5", "12"),
    ("1/12", "12"),
    ("12:30", "12"),
    ("x12", "12"),
    ("the 12th", "12"),
    ("2^12", "12"),
    ("120", "12"),
    ("12,500", "12"),
    ("1,12", "12"),
    ("one hundred", "1"),
    ("one hundred", "one"),
    ("twenty-one", "20"),
    ("a red big apple", "red apple"),
    ("redapple", "red apple"),
    ("1. First\n2. Second\n3. Third", "2"),
    ("Step 2: add", "2"),
    ("yesterday", "yes"),
    ("knows", "no"),
    ("カナダドル", "カナダ"),
    ("It ends.", "."),
    ("well, (x) ]", ")"),
    ("f(x)", ")"),
    (") ] }", ") ]"),
    ("Bob said", "B"),
    ("Vitamin B is", "B"),
    ("plan b is", "B"),
    ("un cinq", "un"),
    ("18", "9*2=81\n#### 81"),
    ("18 eggs", "81"),
    ("180", "18"),
    ("0.18", "18"),
    ("cinq huit", "cinq huit deux"),
    ("3.14159", "3.14"),
    ("word", "or"),
    ("A. B", "C"),
    ("$-18$", "18"),
    ("1e5", "5"),
    ("x-5", "-5"),
    ("He has -5 and", "5"),
]


@pytest.mark.parametrize("text, gold", STANDS)
def test_a_right_answer_stands_there_however_it_is_put(text, gold):
    assert holds(text, [gold])
    assert holds(text, ["", "what it is not", gold])
    assert holds(f"Let me think about it.\n\n{text}", [gold])


@pytest.mark.parametrize("text, gold", STANDS_NOT)
def test_what_looks_like_an_answer_is_none(text, gold):
    assert not holds(text, [gold])


def test_nothing_stands_nowhere():
    assert not holds("", ["18"])
    assert not holds("18", [])
    assert not holds("", [""])


FORMS = [
    "The answer is {}.",
    "#### {}",
    "**{}**",
    "\\boxed{{{}}}",
    "${}$",
    "({})",
    "{}.00",
    "x={}",
    "It costs ${} in all",
    "{} dollars",
    "{}kg",
    "{}%",
    "7 + 8 = {}",
    "<b>{}</b>&nbsp;!",
    "{}\n",
    "- {}",
    "答えは{}です",
]


@given(st.integers(2, 10**9), st.sampled_from(FORMS), st.sampled_from(["{}", "{:,}", "#### {}"]))
def test_a_number_stands_there_in_any_form(number, form, gold):
    assert holds(form.format(number), [gold.format(number)])
    assert holds(form.format(f"00{number}"), [gold.format(number)])
    assert holds(form.format(f"{number:,}"), [gold.format(number)])


@given(st.integers(2, 10**6), st.integers(2, 10**6), st.sampled_from(FORMS))
def test_another_number_does_not_stand_there(number, other, form):
    if other not in (number, 7, 8):
        assert not holds(form.format(number), [str(other)])
    assert not holds(form.format(number), [f"-{number}"])


@given(st.integers(2, 10**6), st.integers(0, 9))
def test_a_number_does_not_stand_in_a_longer_one(number, digit):
    for longer in (f"{digit}{number}", f"{number}{digit}", f"{number}.5", f"3.{digit + 1}{number}"):
        if float(longer) != number:
            assert not holds(f"It is {longer}.", [str(number)])
    assert not holds(f"It is -{number}.", [str(number)])


@given(st.sampled_from(string.ascii_uppercase), st.sampled_from(["{}", "({})", "{}.", "**{}**"]))
def test_a_letter_is_an_option(letter, form):
    assert option_letter(form.format(letter)) == letter
    for text in (
        "({})",
        "The answer is {}",
        "**{}**",
        "{}. so",
        "\\boxed{{{}}}",
        "{}",
        "Option {}",
    ):
        assert holds(text.format(letter), [form.format(letter)])
    assert not holds(f"{letter.lower()}nd so it was {letter.lower()} thing", [form.format(letter)])


@given(st.text(), st.text())
def test_any_texts_can_be_asked(text, gold):
    assert isinstance(holds(text, [gold]), bool)


@given(st.lists(st.text(string.ascii_lowercase, min_size=2), min_size=1, max_size=6))
def test_words_stand_there_whole_and_in_their_order(words):
    gold = " ".join(words)
    assert holds(f"Now {gold.upper()}!", [gold]) or gold.isspace()
    assert not holds("".join(words) + "x", [gold])
