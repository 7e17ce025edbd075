import torch
from transformers import AutoModelForCausalLM

from evomerge.recipe import Training
from evomerge.training.gradient import Differentiator
from evomerge.training.lora import LowRankModel
from tests.training.training_cases import text, tiny_base


def test_a_piece_has_the_gradient_of_its_texts_read_one_by_one(tmp_path):
    model = AutoModelForCausalLM.from_pretrained(tiny_base(tmp_path).folder)
    lora = LowRankModel(model.requires_grad_(False).eval(), Training(rank=2), 0)
    for matrix in lora.matrices.values():
        matrix.data += 0.1
    piece = [text(1, 5), text(2, 7), text(3, 11)]
    found = Differentiator(lora, torch.device("cpu")).gradient(piece)
    loss = torch.zeros(())
    for one in piece:
        logits = model(torch.tensor([one.tokens])).logits[0].log_softmax(-1)
        for place in range(len(one.tokens) - one.learnt, len(one.tokens)):
            loss = loss - logits[place - 1, one.tokens[place]]
    expected = torch.autograd.grad(loss, [*lora.matrices.values()])
    assert abs(found.loss - loss.item()) < 1e-4
    for name, one, other in zip(lora.matrices, found.each, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-5), name
        assert one.any(), name
