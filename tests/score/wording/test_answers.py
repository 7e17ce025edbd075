import pytest

from evomerge.score.wording.answers import answer_tokens, result, same_answer

CHOICES = "Which?\nA. a whale\nB. a shark"


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("1234", "1,234", True),
        ("1234", "9 * 2 so #### 1,234", True),
        ("1234 items", "1234", True),
        ("$18.00", "18 dollars", True),
        ("twelve", "12", True),
        ("thus \\boxed{12}", "12", True),
        ("9 * 2 = 18", "She has 9. #### 18", True),
        ("Paris", "Paris, France", True),
        ("the trophy", "the suitcase", False),
        ("18", "180", False),
        ("18", "-18", False),
        ("10 - 5", "5", True),
        ("yes", "no", False),
        ("", "no", True),
        ("So in the end she has all of the 12 eggs", "In total there remain 12 eggs for her", True),
        (
            "So in the end she has all of the 12 eggs",
            "In total there remain 13 eggs for her",
            False,
        ),
        ("so it must be that it was the red one", "and thus we see that it was the red one", True),
    ],
)
def test_answers_say_the_same_or_not(one, other, same):
    ours, theirs = answer_tokens(one), answer_tokens(other)
    assert same_answer(ours, theirs) == same_answer(theirs, ours) == same


def test_a_letter_stands_for_its_choice():
    assert answer_tokens("B", CHOICES) == ("a", "shark")
    assert answer_tokens("b", CHOICES.replace("B. ", "(b) ")) == ("a", "shark")
    assert answer_tokens("C", CHOICES) == ("c",)
    assert answer_tokens("a shark", CHOICES) == ("a", "shark")


def test_a_worked_solution_comes_to_its_result():
    assert result("3 * 6\n#### 18").strip() == "18"
    assert result(r"so \boxed{\frac{1}{2}}.") == r"\frac{1}{2}"
    assert result("18") == "18"
