from evomerge.report.allowed import allowed_code


def test_what_lets_code_run_is_named_as_it_was_given():
    options = {"workers": 1, "include_paths": ["/a", "/b"], "allow_python": True}
    assert allowed_code(options) == ("--include-path /a", "--include-path /b", "--allow-python")


def test_most_runs_allow_nothing():
    assert allowed_code({}) == ()
    assert allowed_code({"include_paths": [], "allow_python": False}) == ()
