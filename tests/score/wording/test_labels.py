import pytest

from evomerge.score.wording.labels import choices, without_labels


@pytest.mark.parametrize(
    "label",
    "q1. |q 1. |question 3: |question: |(a) |a. |1) |12. |- |* |• |#3: |[q5] |question 1/10: |"
    "problem no. 4: |exercise 4.2\n|question 3: (b) |aufgabe 2: |問題3: |第3問 |(iv) |(12)\n\n"
    "".split("|"),
)
def test_what_counts_a_question_is_not_read(label):
    assert without_labels(label + "what is it?\nso?") == "what is it?\nso?"


@pytest.mark.parametrize(
    "text",
    "-5 + 3|- 5 + 3|(3) + 4|3.5 is it|chapter 3: so|in 1914: so|f(a) is|a b|questionable: no|"
    "100 apples|i am".split("|"),
)
def test_what_is_part_of_a_question_stays(text):
    assert without_labels(text) == text


def test_each_choice_stands_in_its_own_line():
    assert without_labels("so? (a) red (b) blue c) 5") == "so? \nred \nblue \n5"
    assert without_labels("so?\na. red\nb) blue\n(c) 5") == "so?\nred\nblue\n5"
    assert without_labels("so?\n- 5\n- 6") == "so?\n5\n6"
    assert without_labels("only (a) here") == "only (a) here"


def test_choices_are_known_by_their_letters():
    assert choices("so?\na. red\nb. blue") == {"a": "red", "b": "blue"}
    assert choices("so? (a) red (b) blue") == {"a": "red ", "b": "blue"}
    assert choices("so? a ) 38 , b ) 27 , c ) 30") == {"a": "38 , ", "b": "27 , ", "c": "30"}
    assert choices("so?\nred\nblue") == {}
