from evomerge.score.judges.sandbox import Limits, Script, run_script

SUM = "import sys\nprint(sum(map(int, sys.argv[1:])), sys.stdin.read(), __name__)\n"


def test_what_it_prints_is_had_and_what_it_is_given_it_has():
    printed = run_script(Script("sum.py", SUM, ("1", "2"), "é\n"))
    assert printed.output.decode() == "3 é\n __main__\n"
    assert printed.reason == ""


def test_it_is_told_where_it_failed():
    printed = run_script(Script("s.py", "def f():\n    raise KeyError('x')\n\nf()\n"))
    assert (printed.output, printed.reason) == (b"", "s.py:2: KeyError: 'x'")
    syntax = run_script(Script("s.py", "a = 1\nb = (\n"))
    assert syntax.reason.startswith("s.py:2: SyntaxError")


def test_leaving_with_nothing_wrong_is_no_failure():
    assert run_script(Script("s.py", "print(1)\nraise SystemExit")).output == b"1\n"
    assert run_script(Script("s.py", "raise SystemExit(2)")).reason.endswith("SystemExit: 2")


def test_it_is_stopped_at_its_limits():
    endless = run_script(Script("s.py", "while True: pass"), Limits(seconds=0.5))
    assert endless.reason == "timed out after 0.5 s"
    much = run_script(Script("s.py", "while True: print('x' * 9999)"), Limits(written=2**20))
    assert much.reason.startswith("wrote more than 1 MiB") or "File too large" in much.reason
    assert len(much.output) <= 2**20
