from evomerge.formulas.language import FUNCTIONS, NAMES, OPERATORS, Signature, Sort


def test_every_function_is_called_by_its_name_and_says_what_it_makes():
    assert all(name == one.name and one.arguments for name, one in FUNCTIONS.items())
    silent = {name for name, one in FUNCTIONS.items() if not one.summary}
    assert silent == {"<=", ">", ">=", "=="}  # those are explained with <


def test_operators_have_two_sides():
    assert all(len(FUNCTIONS[sign].arguments) == 2 for sign in OPERATORS)


def test_no_word_has_two_meanings():
    assert not {*NAMES} & {*FUNCTIONS}


def test_every_signature_is_somebodys():
    assert {one.signature for one in FUNCTIONS.values()} == {*Signature}


def test_a_sort_is_told_in_words():
    assert str(Sort()) == "one number"
    assert str(Sort(per_model=True, tensor=True)) == "a tensor of each model"
