import pickle
from dataclasses import fields, is_dataclass

import pytest

from evomerge.workers.forks import messages

KINDS = [kind for kind in vars(messages).values() if is_dataclass(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_reaches_another_process(kind):
    message = kind(**{field.name: "1" for field in fields(kind)})
    assert pickle.loads(pickle.dumps(message)) == message
