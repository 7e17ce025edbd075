from evomerge.rails.rules.language import LANGUAGE
from tests.rails.histories import goes_on, model, pauses, task, watched


def speaks(**passages):
    return model(t=task(languages=passages))


def test_a_language_that_nobody_speaks_pauses():
    assert "are in 'fr'" in pauses(LANGUAGE, watched(speaks(en=4, fr=16)))
    assert goes_on(LANGUAGE, watched(speaks(en=17, fr=3)))


def test_a_language_of_a_parent_or_of_the_right_answers_is_usual():
    assert goes_on(LANGUAGE, watched(speaks(fr=20), baselines=(model("p"), speaks(fr=20))))
    right = model(t=task(languages={"fr": 20}, gold_languages={"fr": 10, "en": 10}))
    assert goes_on(LANGUAGE, watched(right), least=0.5)


def test_a_few_words_tell_no_language():
    assert goes_on(LANGUAGE, watched(speaks(fr=1)))
    assert goes_on(LANGUAGE, watched(speaks()))


def test_where_nobody_speaks_there_is_nothing_to_compare_with():
    silent = model("p", t=task(languages={}))
    led = model(t=task(languages={"fr": 20}, gold_languages={}))
    assert goes_on(LANGUAGE, watched(led, baselines=(silent,)))
