import pytest

from evomerge.ledger import Worded

CHOICES = ("Paris", "the city of London", "Rome")


def test_a_text_is_what_was_said():
    assert Worded("t", "i", "2 + 2 =").said([["4", 1, True]]) == "4"


@pytest.mark.parametrize(
    "metric, chosen",
    [("acc", "Paris"), ("acc_norm", "the city of London"), ("acc_norm,none", "the city of London")],
)
def test_of_choices_the_one_that_the_metric_takes(metric, chosen):
    question = Worded("t", "i", "capital", "Paris", CHOICES, metric)
    assert question.said([[-4.0, False], [-9.0, False], [-8.0, False]]) == chosen
    mutual = [[-4.0, False], [-9.0, False], [-8.0, False], [-1.0, True], [-1.0, True], [-1.0, True]]
    assert question.said(mutual) == chosen, "what is asked without the question does not count"


def test_bytes_are_counted_where_the_metric_counts_them():
    question = Worded("t", "i", "", "", ("ありがとう", "thank you so"), "acc_bytes")
    assert question.said([[-6.0, False], [-6.0, False]]) == "ありがとう"


def test_a_likelihood_is_a_number_and_choices_that_were_not_asked_are_not_chosen():
    question = Worded("t", "i", "capital", "Paris", CHOICES, "gold_logprob")
    assert question.said([[-1.5, False]]) == "log-probability -1.5"
    assert Worded("t", "i", "a text").said([[-1.5, 0], [-2.0, 0]]) == "log-probability -3.5"
