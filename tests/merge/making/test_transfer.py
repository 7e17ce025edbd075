import pytest
import torch

from evomerge.merge.making.transfer import AHEAD, Transfer


@pytest.mark.gpu
def test_tensors_arrive_as_they_were_whether_they_were_sent_before_or_not():
    device = torch.device("cuda", 0)
    transfer = Transfer(device)
    pinned = {n: [torch.full((1000,), float(n)).pin_memory()] for n in range(AHEAD + 2)}
    for number, tensors in pinned.items():  # the first are never taken
        transfer.send(number, tensors)
    for number, tensors in pinned.items():
        (copy,) = transfer.take(number, tensors)
        assert copy.device == device
        assert torch.equal(copy.cpu(), tensors[0])
    assert not transfer._sent
