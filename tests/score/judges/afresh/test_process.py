"""Functions asked a second time in a fresh process: impure ones are found out, no pure one is."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evomerge.errors import TrialError
from evomerge.score.items.item import content_id
from evomerge.score.judges.afresh.order import reordered
from evomerge.score.judges.afresh.process import Patience, judged_afresh
from evomerge.score.judges.function import Function

DOCS = [{"question": f"{n} + {n}", "answer": str(2 * n)} for n in range(40)]
ANSWERS = [str(2 * n + n % 2) for n in range(40)]


def function(folder, source, name="judge"):
    file = folder / "own.py"
    file.write_text(textwrap.dedent(source))
    return Function(f"{file}:{name}")


def graded_twice(judge, docs=DOCS, answers=ANSWERS):
    """In order here, and in another order there."""
    order = reordered([("task", content_id(doc)) for doc in docs])
    first = judge.scores(docs, answers)
    again = judge.scores_afresh([docs[i] for i in order], [answers[i] for i in order])
    return first, [score for _, score in sorted(zip(order, again, strict=True))]


IMPURE = {
    "time.time": "import time\ndef judge(doc, answer): return int(time.time()) % 2",
    "time.time, imported by name": (
        "from time import time\ndef judge(doc, answer): return int(time()) // 60 % 2"
    ),
    "time.time_ns": "import time\ndef judge(doc, answer): return time.time_ns() // 10**9 % 2",
    "time.monotonic": "import time\ndef judge(doc, answer): return int(time.monotonic()) % 2",
    "time.monotonic_ns, imported by name": (
        "from time import monotonic_ns\ndef judge(doc, answer): return monotonic_ns() // 10**9 % 2"
    ),
    "time.perf_counter": "import time\ndef judge(doc, answer): return int(time.perf_counter()) % 2",
    "time.process_time": "import time\ndef judge(doc, answer): return time.process_time()",
    "time.ctime": "import time\ndef judge(doc, answer): return int(time.ctime()[17:19]) % 2",
    "time.asctime": "import time\ndef judge(doc, answer): return int(time.asctime()[17:19]) % 2",
    "datetime.now": (
        "from datetime import datetime\ndef judge(doc, answer): return datetime.now().minute % 2"
    ),
    "datetime.utcnow": (
        "import datetime\ndef judge(doc, answer): return datetime.datetime.utcnow().second % 2"
    ),
    "date.today": "from datetime import date\ndef judge(doc, answer): return date.today().day % 2",
    "weekday": "from datetime import date\ndef judge(doc, a): return date.today().weekday() >= 5",
    "year": "import time\ndef judge(doc, answer): return time.gmtime().tm_year",
    "localtime's hour": "import time\ndef judge(doc, answer): return time.localtime().tm_hour < 12",
    "strftime": "import time\ndef judge(doc, answer): return time.strftime('%p') == 'AM'",
    "random.random": "import random\ndef judge(doc, answer): return random.random() < 0.5",
    "random.shuffle": """
        import random
        def judge(doc, answer):
            letters = list(doc["question"] + answer + "abcdefgh")
            random.shuffle(letters)
            return letters[0] < "a"
        """,
    "numpy.random": "import numpy as np\ndef judge(doc, answer): return np.random.rand() < 0.5",
    "numpy's new generator": (
        "import numpy as np\n"
        "DRAWN = np.random.default_rng()\n"
        "def judge(doc, answer): return DRAWN.random()"
    ),
    "torch.rand": "import torch\ndef judge(doc, answer): return float(torch.rand(())) < 0.5",
    "random.Random unseeded": (
        "from random import Random\n"
        "DRAWN = Random()\n"
        "def judge(doc, answer): return DRAWN.random() < 0.5"
    ),
    "os.urandom": "import os\ndef judge(doc, answer): return os.urandom(1)[0] % 2",
    "uuid4": "import uuid\ndef judge(doc, answer): return uuid.uuid4().int % 2",
    "secrets": "import secrets\ndef judge(doc, answer): return secrets.randbelow(2)",
    "os.getpid": "import os\ndef judge(doc, answer): return os.getpid()",
    "id": "def judge(doc, answer): return id(doc) // 16",
    "hash of a string": "def judge(doc, answer): return hash(answer) % 2",
    "order of a set": (
        "def judge(doc, answer):\n"
        "    return [*{'yes', 'no', 'perhaps', answer + '!'}].index(answer + '!')"
    ),
    "a counter": """
        CALLS = 0
        def judge(doc, answer):
            global CALLS
            CALLS += 1
            return CALLS % 2
        """,
    "a counter that has come far": """
        CALLS = 0
        def judge(doc, answer):
            global CALLS
            CALLS += 1
            return CALLS > 20
        """,
    "a mutable default": """
        def judge(doc, answer, seen=[]):
            seen.append(len(seen) % 3)
            return seen[-1]
        """,
    "what was judged before": """
        SEEN = {}
        def judge(doc, answer):
            return len(SEEN.setdefault(len(answer), answer + doc["question"]).split()[0])
        """,
    "a generator that goes on": """
        import itertools
        COUNT = itertools.cycle([0, 1, 2])
        def judge(doc, answer):
            return next(COUNT)
        """,
    "a seed from the clock at import": """
        import time
        SEED = time.time()
        def judge(doc, answer):
            return (len(answer) * SEED) % 1
        """,
    "a seed from chance at import": """
        import random
        SEED = random.getrandbits(32)
        def judge(doc, answer):
            return random.Random(SEED + len(answer)).random()
        """,
    "a seed at import, drawn from in order": """
        import random
        random.seed(7)
        def judge(doc, answer):
            return random.random() < 0.5
        """,
    "the first generation of the garbage collector": """
        import gc
        def judge(doc, answer):
            return gc.get_count()[0]
        """,
}


@pytest.mark.parametrize("source", IMPURE.values(), ids=IMPURE)
def test_what_depends_on_more_than_the_answer_gives_other_grades(source, tmp_path):
    first, again = graded_twice(function(tmp_path, source))
    assert first != again


PURE = """
import functools, hashlib, math, random, re
from collections import Counter
from difflib import SequenceMatcher

CALLS = 0

def length(doc, answer):
    print("judging", answer)
    return len(answer)

def exact(doc, answer):
    return answer.strip() == doc["answer"].strip()

def alike(doc, answer):
    return SequenceMatcher(None, answer, doc["answer"]).ratio()

def hashed(doc, answer):
    return int(hashlib.sha256(answer.encode()).hexdigest()[:8], 16) / 7

def seeded(doc, answer):
    return random.Random(answer).gauss(0, 1)

def seeded_globally(doc, answer):
    random.seed(answer)
    return random.random()

def counted(doc, answer):
    global CALLS
    CALLS += 1
    return math.log1p(sum(n * n for n in Counter(answer + doc["question"]).values()))

@functools.lru_cache(maxsize=None)
def words(text):
    return len(re.findall(r"\\w+", text)) / 3

def remembered(doc, answer):
    return words(answer) + words(doc["answer"]) ** 0.5

def of_sets(doc, answer):
    ours, theirs = set(answer.split()), set(doc["answer"].split())
    return len(ours & theirs) / (len(ours | theirs) or 1)

def changes_the_document(doc, answer):
    doc["question"] += answer
    doc.setdefault("seen", []).append(answer)
    return len(doc["question"]) + len(doc["seen"])
"""
PURE_NAMES = [line[4:].split("(")[0] for line in PURE.splitlines() if "(doc, answer):" in line]
CASES = st.lists(
    st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=30)),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("name", PURE_NAMES)
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cases=CASES)
def test_what_depends_on_the_answer_alone_gives_the_same(name, cases, tmp_path):
    docs = [{"question": question, "answer": gold} for question, gold, _ in cases]
    first, again = graded_twice(function(tmp_path, PURE, name), docs, [a for _, _, a in cases])
    assert first == again


def test_products_round_as_they_do_here(tmp_path):
    """How many threads share them is the same."""
    judge = function(
        tmp_path,
        """
        import numpy as np, torch

        A = np.random.default_rng(0).normal(size=(300, 3000)).astype("float32")

        def judge(doc, answer):
            b = A * np.float32(1 + len(answer))
            by_torch = torch.from_numpy(A) @ torch.from_numpy(b).T
            return float(by_torch.sum()) + float((A @ b.T).sum())
        """,
    )
    first, again = graded_twice(judge)
    assert first == again


@pytest.mark.parametrize(
    "body, problem",
    [
        ("return 1 / 0", "item {id}: ZeroDivisionError: division by zero"),
        ("return float('nan')", "item {id}: gave nan, which is no finite number"),
        ("return 'good'", "item {id}: gave 'good', which is no finite number"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "judging again in a fresh process ended without a result (killed: Killed)",
        ),
        (
            "import ctypes; ctypes.string_at(0)",
            "judging again in a fresh process ended without a result (killed: Segmentation fault)",
        ),
        ("import sys; sys.exit(3)", "item {id}: SystemExit: 3"),
        (
            "import os; os._exit(0)",
            "judging again in a fresh process ended without a result (exit status 0)",
        ),
    ],
)
def test_what_goes_wrong_there_is_told_with_the_function(body, problem, tmp_path):
    judge = function(tmp_path, f"def judge(doc, answer):\n    {body}\n")
    with pytest.raises(TrialError) as caught:
        judge.scores_afresh(DOCS[:1], ["7"])
    where = f"python {tmp_path}/own.py:judge: "
    assert str(caught.value) == where + problem.format(id=content_id(DOCS[0]))


def test_a_source_that_was_changed_is_told(tmp_path):
    judge = function(tmp_path, "def judge(doc, answer): return 1")
    function(tmp_path, "def judge(doc, answer): return 2")
    with pytest.raises(TrialError, match="its source is not what it was at the start"):
        judge.scores_afresh(DOCS, ANSWERS)
    (tmp_path / "own.py").unlink()
    with pytest.raises(TrialError, match=r"own\.py: no such file"):
        judge.scores_afresh(DOCS, ANSWERS)


def test_documents_that_cannot_be_sent_are_told(tmp_path):
    judge = function(tmp_path, "def judge(doc, answer): return 1")
    with pytest.raises(TrialError, match="needs documents that can be sent there"):
        judge.scores_afresh([{"question": lambda: 1}], ["7"])


def test_one_that_hangs_is_killed_with_all_that_it_started(tmp_path):
    judge = function(
        tmp_path,
        f"""
        import pathlib, subprocess, time

        def judge(doc, answer):
            child = subprocess.Popen(["sleep", "600"])
            pathlib.Path({str(tmp_path / "started")!r}).write_text(str(child.pid))
            time.sleep(600)
        """,
    )
    with pytest.raises(TrialError, match=r"took more than 5\.2 s for 2 answers"):
        judged_afresh(
            judge._where, judge.sha256, DOCS[:2], ANSWERS[:2], Patience(start_s=5, item_s=0.1)
        )
    assert not alive(int((tmp_path / "started").read_text()))


def test_what_a_function_leaves_running_is_ended(tmp_path):
    judge = function(
        tmp_path,
        f"""
        import multiprocessing, pathlib

        def judge(doc, answer):
            global POOL
            POOL = multiprocessing.get_context("fork").Pool(1)
            pid = POOL._pool[0].pid
            pathlib.Path({str(tmp_path / "started")!r}).write_text(str(pid))
            return 1
        """,
    )
    assert judge.scores_afresh(DOCS[:1], ANSWERS[:1]) == [1.0]
    assert not alive(int((tmp_path / "started").read_text()))


ASKING = """
from evomerge.score.judges.function import Function
Function({where!r}).scores_afresh([{{}}], [""])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_it_ends_with_the_process_that_asked(number, tmp_path):
    """By Ctrl-C, and even if that is killed outright."""
    function(
        tmp_path,
        f"""
        import os, pathlib, time

        def judge(doc, answer):
            pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
            time.sleep(600)
        """,
    )
    source = ASKING.format(where=f"{tmp_path}/own.py:judge")
    asking = subprocess.Popen([sys.executable, "-c", source], stderr=subprocess.DEVNULL)
    try:
        while not (file := tmp_path / "pid").exists() or not file.read_text():
            assert asking.poll() is None
            time.sleep(0.01)
        asking.send_signal(number)
        asking.wait(60)
    finally:
        asking.kill()
    assert not alive(int(file.read_text()))


def alive(pid):
    """Whether a process still runs, once it had time to end."""
    for _ in range(6000):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
        time.sleep(0.01)
    return True


def test_what_it_prints_goes_to_stderr(tmp_path, capfd):
    judge = function(
        tmp_path,
        """
        import os

        def judge(doc, answer):
            print("by print")
            os.system("echo by a shell")
            return 1
        """,
    )
    assert judge.scores_afresh(DOCS[:1], ANSWERS[:1]) == [1.0]
    out, err = capfd.readouterr()
    assert out == ""
    assert "by print" in err
    assert "by a shell" in err


def test_a_module_is_found_as_it_is_here(tmp_path, monkeypatch):
    (tmp_path / "quality_of_answers.py").write_text("def judge(doc, answer): return len(answer)")
    monkeypatch.syspath_prepend(str(tmp_path))
    judge = Function("quality_of_answers:judge")
    assert judge.scores_afresh(DOCS, ANSWERS) == judge.scores(DOCS, ANSWERS)


def test_strings_have_other_hashes_whatever_ours_are(tmp_path):
    function(tmp_path, "def judge(doc, answer): return hash(answer)")
    source = (
        "from evomerge.score.judges.function import Function\n"
        f"judge = Function({str(tmp_path / 'own.py') + ':judge'!r})\n"
        "print(*judge.scores([{}], ['a']), *judge.scores_afresh([{}], ['a']))\n"
    )
    for seed in ("0", "1", "2", "random"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", source]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        ours, afresh = map(float, done.stdout.split())
        assert ours != afresh
