"""Every architecture that transformers can make of a tiny random config: merged, loaded, compared.

    python -m benchmarks.architectures [--only TYPE ...] [--json FILE]

Of each type of model two are made with random weights and saved, the second one in the layout of
transformers' own classes where that is another one than the published models'. They are merged as
0.3 A + 0.7 B. Right is a result that stock transformers loads without a tensor missing, whose every
tensor is the mean taken in float64 of the tensors that transformers has loaded of A and B, and
whose outputs are those of a model with these means.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import importlib
import json
import logging
import os
import re
import signal
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["EVOMERGE_REGISTRY"] = "none"

import torch
import transformers
from transformers import AutoConfig, PreTrainedModel
from transformers.models.auto import modeling_auto as auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

import evomerge
from evomerge.errors import EvomergeError
from evomerge.recipe import parse_recipe

SIZES = (
    (r"^(?!.*(feat|conv|adapter)).*layers?$|^depth$|num_blocks$", 2),
    (r"key_value_heads|kv_heads", 2),
    (r"heads$|^n_head$|num_attention_heads", 4),
    (r"^(hidden_size|d_model|n_embd|embed_dim|dim|hidden_dim|embedding_size|projection_dim)$", 32),
    (r"intermediate|ffn_dim|d_ff|mlp_dim|n_inner|ffn_hidden|feed_forward", 48),
    (r"head_dim|d_kv|qk_nope|qk_rope|v_head_dim", 8),
    (r"lora_rank", 8),
    (r"vocab_size$", 64),
    (r"max_position|n_positions|max_source|max_target|max_seq", 64),
    (r"^num_(local_|routed_)?experts$|^n_routed_experts$|moe_num_experts", 4),
    (r"experts_per_tok|moe_top_?k|^top_k$", 2),
    (r"^image_size$", 16),
    (r"^patch_size$", 4),
)
"""Sizes of a tiny model, by what configs call them."""
DERIVED = re.compile(
    r"^(transformers_version|architectures|out_features|out_indices|stage_names|per_layer_config)$"
    r"|layer_types|(?<!hidden)_layers$|mrope_section"
)
"""Keys whose values follow from others: a number of layers, but no list of some."""
LARGEST = 70_000_000
"""Parameters of a model that is no tiny one any more."""
SECONDS = 90
"""Time for one type."""
MAPPINGS = (
    "SEQ_TO_SEQ_CAUSAL_LM", "SPEECH_SEQ_2_SEQ", "IMAGE_TEXT_TO_TEXT", "MASKED_LM", "CAUSAL_LM",
    "CTC", "IMAGE_CLASSIFICATION", "OBJECT_DETECTION", "SEQUENCE_CLASSIFICATION", "",
)  # fmt: skip
"""Tasks whose class is taken, the first that a type of model has."""


def tiny(kind: str) -> Iterator[Any]:
    """Configs of a type, from the tiniest on."""
    try:
        plain = AutoConfig.for_model(kind)
    except Exception:  # a type whose own defaults do not go together
        return
    for rules in (SIZES, SIZES[:8], SIZES[:1]):
        try:
            yield type(plain)(**shrunk(plain.to_dict(), rules))
        except Exception:  # sizes that do not go together
            continue


def shrunk(config: dict[str, Any], rules: Any) -> dict[str, Any]:
    """A config with every size made small; lists for layers are left to defaults."""
    made: dict[str, Any] = {}
    for key, value in config.items():
        if DERIVED.search(key) and not isinstance(value, int | dict):
            continue
        size = next((size for pattern, size in rules if re.search(pattern, key)), None)
        if isinstance(value, dict) and key.endswith("config"):
            made[key] = shrunk(value, rules)
        elif type(value) is int and size is not None:
            made[key] = min(size, value) if value > 0 else value
        elif re.search(r"token_id$", key) and isinstance(value, int):
            made[key] = min(value, 63)
        else:
            made[key] = value
    return made


def classes_for(config: Any) -> Iterator[Any]:
    """The classes that are tried for a type of model: of a task, or those of its own module."""
    if (found := class_for(config)) is not None:
        yield found
        return
    module = importlib.import_module(type(config).__module__.replace("configuration_", "modeling_"))
    for one in vars(module).values():
        if (
            isinstance(one, type)
            and issubclass(one, PreTrainedModel)
            and "PreTrained" not in str(one)
        ):
            if one.config_class is type(config):
                yield one


def class_for(config: Any) -> Any:
    """The class of a type of model that a task is done with."""
    for name in MAPPINGS:
        mapping = getattr(auto, f"MODEL_FOR_{name}_MAPPING" if name else "MODEL_MAPPING", {})
        if type(config) in mapping:
            found = mapping[type(config)]
            return found[0] if isinstance(found, tuple) else found
    return None


def built(kind: str) -> tuple[PreTrainedModel, PreTrainedModel] | None:
    """Two models of a type with random weights; None where a tiny config makes none."""
    for config in tiny(kind):
        with contextlib.suppress(Exception):  # a library that is not installed
            for model in classes_for(config):
                with contextlib.suppress(Exception):  # sizes that do not go together
                    with torch.device("meta"):
                        size = sum(p.numel() for p in model(config).parameters())
                    if size <= LARGEST:
                        return randomized(model(config), 1), randomized(model(config), 2)
    return None


def randomized(model: PreTrainedModel, seed: int) -> PreTrainedModel:
    """The model with other weights, norms near 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.is_floating_point():
                near = float(p.dim() < 2 and name.endswith("weight"))
                p.copy_(near + 0.1 * torch.randn(p.shape, generator=generator))
    return model.eval()


def outputs(model: PreTrainedModel) -> torch.Tensor | None:
    """What a model makes of a few tokens, or of its dummy inputs; None where it takes others."""
    ids = torch.arange(3, 15)[None]
    for inputs in (
        {"input_ids": ids},
        {"input_ids": ids, "decoder_input_ids": ids},
        {"pixel_values": torch.linspace(-1, 1, 3 * 16 * 16).view(1, 3, 16, 16)},
        {"input_values": torch.linspace(-1, 1, 4000).sin()[None]},
    ):
        try:
            torch.manual_seed(0)  # some models mask at random
            with torch.no_grad():
                made = model(**inputs)
            return next(t for t in made.to_tuple() if torch.is_tensor(t) and t.is_floating_point())
        except Exception:  # made for other inputs
            continue
    return None


def tried(kind: str, root: Path) -> tuple[str, str]:
    """How a type went: "right", "refused", "wrong" or "not made", and why."""
    pair = built(kind)
    if pair is None:
        return "not made", ""
    model = type(pair[0])
    try:
        pair[0].save_pretrained(root / "a")
        pair[1].save_pretrained(root / "b", save_original_format=False)
        a, b = (model.from_pretrained(root / n).eval() for n in "ab")
    except Exception as error:  # transformers cannot read what it has written
        return "not made", f"{type(error).__name__}: {error}"
    named = f"{model.__name__}" + (
        ", two layouts" if _names(root, "a") != _names(root, "b") else ""
    )
    listed = ", ".join(
        f"{{model: {root / n}, parameters: {{weight: {w}}}}}" for n, w in (("a", 0.3), ("b", 0.7))
    )
    try:
        evomerge.merge(parse_recipe(f"merge_method: linear\nmodels: [{listed}]"), root / "out")
    except EvomergeError as error:
        return "refused", f"{named}: {error}"
    try:
        made, info = model.from_pretrained(root / "out", output_loading_info=True)
    except AttributeError:  # a class that adds to the model, and so cannot be asked for more
        made, info = model.from_pretrained(root / "out"), {}
    if missing := info.get("missing_keys") or info.get("mismatched_keys"):
        return "wrong", f"{named}: transformers misses {sorted(map(str, missing))[:2]}"
    ours, theirs, out = (m.state_dict() for m in (a, b, made))
    for name, tensor in out.items():
        if tensor.is_floating_point():
            mean = 0.3 * ours[name].double() + 0.7 * theirs[name].double()
            if not torch.allclose(tensor.double(), mean, atol=1e-6):
                return "wrong", f"{named}: {name} is off by {(tensor - mean).abs().max():.3g}"
            ours[name] = mean.float()
    a.load_state_dict(ours)
    one, other = outputs(made.eval()), outputs(a.eval())
    if (
        one is not None
        and other is not None
        and not torch.allclose(one, other, atol=1e-4, equal_nan=True)
    ):
        return "wrong", f"{named}: outputs differ by {(one - other).abs().max():.3g}"
    return "right", named + ("" if one is not None else ", outputs not compared")


def _names(root: Path, name: str) -> list[str]:
    from evomerge.weights import Checkpoint

    return [*Checkpoint(root / name).specs]


def main() -> None:
    """Try all types, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", help="types of models")
    parser.add_argument("--json", type=Path, help="write how each went")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.ERROR)
    transformers.logging.set_verbosity(50)
    transformers.utils.logging.disable_progress_bar()
    went: dict[str, tuple[str, str]] = {}
    for kind in asked.only or sorted(CONFIG_MAPPING_NAMES):
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(SECONDS)
        try:
            with tempfile.TemporaryDirectory() as root:
                went[kind] = tried(kind, Path(root))
        except Exception as error:  # one type must not end the others
            went[kind] = "wrong", f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
        print(kind, *went[kind], flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(went, indent=1))
    print_table(went)


def print_table(went: dict[str, tuple[str, str]]) -> None:
    """Counts of what came of the types that a tiny config makes."""
    counts = collections.Counter(how for how, _ in went.values())
    made = sum(counts.values()) - counts["not made"]
    two = sum("two layouts" in why for _, why in went.values())
    compared = sum(how == "right" and "not compared" not in why for how, why in went.values())
    print(f"\n{len(went)} types of models, {made} of them made; {two} have two layouts")
    for how in ("right", "refused", "wrong"):
        print(f"| {how} | {counts[how]} | {counts[how] / max(1, made):.1%} |")
    print(f"outputs compared for {compared} of those that are right")


def _too_long(signum: int, frame: Any) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


if __name__ == "__main__":
    main()
