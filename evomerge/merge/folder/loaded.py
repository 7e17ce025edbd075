"""A model folder loaded by stock transformers, and asked: what anyone who gets it will do.

This file is also run as a program, in a process of its own, and so imports nothing of evomerge:
what it finds does not depend on anything that the process which wrote the folder had changed. It
reads {"folder", "device", "requests"} as JSON, and writes {"answers"} or {"error"}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

GREEDY = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "repetition_penalty",
)
"""What a generation config says of greedy answers; the rest is for those that draw."""


def load(
    folder: Path, device: str = "cpu", may_lack: Collection[str] = (), generates: bool = False
) -> Any:
    """The model of a folder, whole.

    Args:
        may_lack: tensors that its class can be without.
        generates: whether it has to be a language model.

    Returns:
        None where transformers has no class of its own for it: code from the folder is not run.

    Raises:
        Exception: whatever transformers raises; ValueError where it had to make tensors up.
    """
    import transformers

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = class_of(config, generates)
    if kind is None:
        return None
    transformers.utils.logging.disable_progress_bar()
    before = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    try:
        try:
            model, info = kind.from_pretrained(folder, dtype="auto", output_loading_info=True)
        except AttributeError:  # a class that adds to the model, and so cannot be asked for more
            model, info = kind.from_pretrained(folder, dtype="auto"), {}
    finally:
        transformers.logging.set_verbosity(before)
    for what in ("missing_keys", "mismatched_keys", "error_msgs"):
        if wrong := sorted({*map(str, info.get(what) or ())} - {*may_lack}):
            raise ValueError(f"{kind.__name__} has {what.replace('_', ' ')}: {wrong[0]}")
    return model.to(device).eval()


def class_of(config: Mapping[str, Any], generates: bool = False) -> Any:
    """The class of transformers that a config.json names, or its type's.

    Args:
        generates: whether it has to be a language model.

    Returns:
        None where it is somebody else's, whose code would have to be run.
    """
    import transformers
    from transformers.models.auto import modeling_auto as auto
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    for name in config.get("architectures") or ():
        found: Any = getattr(transformers, str(name), None)
        if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel):
            if not generates or found.can_generate():  # type: ignore[attr-defined]
                return found
    if config.get("auto_map") or config.get("model_type") not in CONFIG_MAPPING:
        return None
    kind = CONFIG_MAPPING[config["model_type"]]
    causal, images = auto.MODEL_FOR_CAUSAL_LM_MAPPING, auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING
    sequences = auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING
    first = [causal, images, sequences]
    first = first[::-1] if config.get("is_encoder_decoder") else first
    for mapping in (*first, *([] if generates else [auto.MODEL_MAPPING])):
        if kind in mapping:
            made = mapping[kind]
            return made[0] if isinstance(made, tuple) else made
    return None


def answer(model: Any, tokenizer: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """What a model answers to tokens: how likely the last of them are, or how they go on.

    Of an encoder-decoder they are its decoder's, which finds the first of itself where it is to go
    on; its encoder reads others.
    """
    import torch

    tokens, encoded = request["tokens"], request.get("encoder_tokens")
    with torch.inference_mode():
        ids = torch.tensor([tokens if encoded is None else encoded], device=model.device)
        if "scored" not in request:
            return _generated(model, tokenizer, ids, request)
        text = torch.tensor([tokens], device=model.device)
        if encoded is None:
            out = model(input_ids=text[:, :-1])
        else:
            out = model(input_ids=ids, decoder_input_ids=text[:, :-1])
        return _likelihood(out.logits[0], text[0], request["scored"])


def _likelihood(logits: Any, ids: Any, scored: int) -> dict[str, Any]:
    """Log-probability of the last `scored` tokens, each given all before it."""
    logprobs = logits[-scored:].float().log_softmax(-1)
    wanted = ids[-scored:]
    return {"logprob": float(logprobs.gather(1, wanted[:, None]).sum())}


def _generated(model: Any, tokenizer: Any, ids: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """How the tokens go on, the likeliest each time, and how sure each was.

    Returns:
        The text after each token, and by how much each was ahead of the next likeliest.
    """
    import torch
    from transformers import StoppingCriteria

    stops, begin, thought = request["stops"], len(request["tokens"]), request.get("thought")

    class Stop(StoppingCriteria):  # type: ignore[misc]
        def __call__(self, said: Any, scores: Any, **others: Any) -> Any:
            text = _behind(tokenizer, said[0, begin:].tolist(), thought)
            return torch.tensor([any(stop in text for stop in stops)], device=said.device)

    out = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=request["max_tokens"],
        do_sample=False,
        num_beams=1,
        stopping_criteria=[Stop()] if stops else [],
        return_dict_in_generate=True,
        output_scores=True,
    )
    said = out.sequences[0, begin:].tolist()
    texts = [_cut(_behind(tokenizer, said[: n + 1], thought), stops) for n in range(len(said))]
    best = [torch.topk(scores[0].float(), 2).values for scores in out.scores]
    return {"texts": texts, "leads": [float(two[0] - two[1]) for two in best]}


def _behind(tokenizer: Any, said: Sequence[int], thought: Mapping[str, Any] | None) -> str:
    """The text of an answer, without the thought before it; empty while that is open."""
    if thought is None:
        return str(tokenizer.decode(said, skip_special_tokens=True))
    end, opening, whole = thought["end"], thought["opening"], tokenizer.decode(said)
    count = whole.count(end)
    if opening and opening in whole.rpartition(end)[2]:
        return ""
    if not count:
        return "" if thought["open"] else _behind(tokenizer, said, None).lstrip()
    begun = (tokenizer.decode(said[:size]) for size in range(1, len(said) + 1))
    size, text = next((n, text) for n, text in enumerate(begun, 1) if text.count(end) == count)
    return (str(text.rpartition(end)[2]) + _behind(tokenizer, said[size:], None)).lstrip()


def _cut(text: str, stops: Sequence[str]) -> str:
    for stop in stops:
        text = text.split(stop)[0]
    return text


def main() -> None:
    """Load the folder that the input names, and answer its requests."""
    asked = json.load(sys.stdin)
    try:
        folder = Path(asked["folder"])
        model = load(folder, asked["device"], generates=bool(asked["requests"]))
        answers = []
        if asked["requests"]:
            from transformers import AutoTokenizer, GenerationConfig

            if model is None:
                raise ValueError("transformers has no language model of its own for it")
            settings = model.generation_config.to_dict()
            kept = {key: settings[key] for key in GREEDY if settings.get(key) is not None}
            model.generation_config = GenerationConfig(**kept)
            tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
            answers = [answer(model, tokenizer, request) for request in asked["requests"]]
        said: dict[str, Any] = {"answers": answers}
    except Exception as error:  # whatever a folder can do wrong
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
