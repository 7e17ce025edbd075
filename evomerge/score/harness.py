"""lm-eval behind one file: its tasks, and a model of its kind that notes what it is asked.

lm-eval builds the prompts, tokenizes them, and judges the answers; the forward passes in between
are ours. Prompts are built once a run and for all documents, in lm-eval's order, because few-shot
examples are drawn from a sequential generator: the same document gets another prompt otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lm_eval.tasks
import lm_eval.utils
import torch
from lm_eval.api.registry import AGGREGATION_REGISTRY, METRIC_REGISTRY
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM

from evomerge.engine.request import Generation, Likelihood, Request, SamplingParams
from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.beside import missing_data, with_data_beside
from evomerge.score.chance import seeded
from evomerge.score.data import telling_of_data
from evomerge.score.decoder import Decoder, refuse_settings
from evomerge.score.gold import GOLD_LOGPROB
from evomerge.score.hollow import hollow_model
from evomerge.score.members import OWN_TASKS, Library, Member
from evomerge.score.mistakes import Mistakes
from evomerge.score.quiet import quiet
from evomerge.score.taskfile import (
    judging_hash,
    read_task_file,
    refuse_code,
)
from evomerge.score.templates import TASK_TEMPLATES
from evomerge.score.text import text_task
from evomerge.weights.known import is_encoder_decoder

TASK_TEMPLATES.loader = lm_eval.utils.env.loader
TASK_TEMPLATES.filters.update(lm_eval.utils.env.filters)
lm_eval.utils.env = TASK_TEMPLATES  # templates of a task file are data, and data runs no code

FEWSHOT_SEED = 1234
"""lm-eval's default, so that prompts are the same as with its command line."""

RANDOM_SEED = 0
"""lm-eval's default for Python's generator, by which some tasks shuffle their choices."""

_DECODING = frozenset({"do_sample", "temperature", "top_p", "top_k", "attention_mask"})
_LANGUAGE_TASKS = ("loglikelihood", "loglikelihood_rolling", "generate_until", "multiple_choice")


PLAIN_MEAN = AGGREGATION_REGISTRY.get("mean")
"""How lm-eval aggregates numbers that a task gives and names no aggregation for."""


def own_aggregation(aggregation: Any) -> str | None:
    """lm-eval's name for an aggregation of its own; None of any other, whatever it is called."""
    return next((n for n, own in AGGREGATION_REGISTRY.items() if own is aggregation), None)


def is_own_metric(task: Any, name: str) -> bool:
    """Whether a task's metric of that name is lm-eval's, given answers as lm-eval takes them."""
    if name not in METRIC_REGISTRY:
        return False
    function = task._metric_fn_list.get(name)
    return function is METRIC_REGISTRY.get(name) and task.config.process_results is None


class Recorder(HFLM):  # type: ignore[misc]
    """An lm-eval model that answers nothing and records, as tokens, what it is asked.

    Args:
        config: as :func:`evomerge.weights.known.known` gives it.
        generation: as :func:`evomerge.weights.known.generation_settings` gives it.
    """

    def __init__(self, config: Any, tokenizer: Any, generation: Any = None) -> None:
        hollow = hollow_model(config, generation)
        self._decoder = Decoder.of(hollow) if is_encoder_decoder(config) else None
        backend = "seq2seq" if self._decoder else "causal"
        with quiet(silent=True):
            super().__init__(pretrained=hollow, tokenizer=tokenizer, backend=backend)
        self._device = torch.device("cpu")
        self.recorded: list[Request] = []
        self.cut = 0
        """Tokens at the beginning of the longest text recorded last that the model cannot read."""
        # transformers warns of the first such text alone; all of them are counted here.
        warned = getattr(tokenizer, "deprecation_warnings", {})
        warned["sequence-length-is-longer-than-the-specified-maximum"] = True

    def tok_batch_encode(
        self,
        strings: list[str],
        padding_side: str = "left",
        left_truncate_len: int | None = None,
        truncation: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and mask of texts, cut on the left where they are longer than that."""
        ids, mask = super().tok_batch_encode(strings, padding_side, None, truncation)
        if left_truncate_len:
            self.cut = max(self.cut, ids.shape[1] - left_truncate_len)
            ids, mask = ids[:, -left_truncate_len:], mask[:, -left_truncate_len:]
        return ids, mask

    def _loglikelihood_tokens(
        self, requests: Any, disable_tqdm: bool = False, **_: Any
    ) -> list[tuple[float, bool]]:
        for _, context, continuation in requests:
            if not 0 < len(continuation) <= self.max_length:
                size, limit = len(continuation), self.max_length
                raise AssertionError(f"an answer of {size} tokens, of which it reads {limit}")
            if self._decoder is not None:
                self.cut = max(self.cut, len(context) - self.max_length)
                shown = context[-self.max_length :]
                self.recorded.append(self._decoder.likelihood(shown, continuation))
                continue
            whole = (*context, *continuation)
            self.cut = max(self.cut, len(whole) - (self.max_length + 1))
            whole = whole[-(self.max_length + 1) :]
            self.recorded.append(Likelihood(whole, len(continuation)))
        return [(0.0, False)] * len(requests)

    def _model_generate(
        self, context: torch.Tensor, max_length: int, stop: list[str], **options: Any
    ) -> torch.Tensor:
        if unknown := sorted(set(options) - _DECODING):
            raise RecipeError(
                f"sets {', '.join(unknown)} in its generation_kwargs; answers are the likeliest "
                "ones, or drawn by temperature, top_p and top_k alone"
            )
        prompt = tuple(context[0].tolist())
        limit = max_length - len(prompt)
        if not prompt or limit < 1:
            raise RecipeError("asks for no tokens" if prompt else "has an empty prompt")
        sampling = _sampling(options) if options.get("do_sample") else None
        asked = self._decoder.generation if self._decoder else Generation
        self.recorded.append(asked(prompt, tuple(filter(None, stop)), limit, sampling=sampling))
        return context

    def record(self, instance: Any) -> tuple[Request, ...]:
        """The requests that lm-eval makes for one of its instances."""
        self.recorded.clear()
        self.cut = 0
        if self._decoder is not None:
            settings = instance.args[1] if instance.request_type == "generate_until" else {}
            refuse_settings(instance.request_type, settings)
        getattr(self, instance.request_type)([instance], disable_tqdm=True)
        return tuple(self.recorded)


def _sampling(options: Mapping[str, Any]) -> SamplingParams:
    """How a task that samples has its answers drawn."""
    temperature = float(options.get("temperature") or 0.0)
    if temperature <= 0:
        raise RecipeError("samples at no temperature; say temperature: 0.8, or 0 for the likeliest")
    return SamplingParams(temperature, float(options.get("top_p") or 1), options.get("top_k") or 0)


def _with_one_set_of_docs(task: Any) -> Any:
    """The task, which makes its documents once: one that shuffles them asks and judges the same."""
    docs = getattr(task, "task_docs", None) or task.eval_docs
    setattr(task, "test_docs" if task.has_test_docs() else "validation_docs", lambda: docs)
    return task


class Loader:
    """Loads the lm-eval task of a term of the fitness, and refuses what cannot be scored.

    Args:
        include_paths: folders of tasks, trusted to run code when they are loaded.
        member: the task, where the term names a group of them.
    """

    def __init__(
        self,
        term: FitnessTerm,
        include_paths: Sequence[Path],
        mistakes: Mistakes,
        member: Member | None = None,
    ) -> None:
        self._term, self._mistakes, self._member = term, mistakes, member
        self._include_paths = [path.resolve() for path in include_paths]
        self.judging_hash = ""
        """sha256 over what in the task's file says how answers are judged; "" without a file."""
        self.file: Path | None = None
        """The task's file; None of a text."""
        self.named: dict[str, Any] = {}
        """The generation settings that the task's file names, without lm-eval's defaults."""

    def load(self) -> Any:
        """The task.

        Raises:
            RecipeError: there is no such task, or it would sample or run code.
        """
        with quiet(silent=self._term.text is not None), seeded(RANDOM_SEED, FEWSHOT_SEED):
            return _with_one_set_of_docs(self._checked(self._found()))

    def _found(self) -> Any:
        if self._term.text is not None:
            try:
                return self._configured(text_task(Path(self._term.subject)))
            except RecipeError as error:
                raise self._mistakes.found(str(error)) from None
        try:
            member = self._member or self._only_task()
            config = {} if member.inline else read_task_file(member.path)
            runs_code = refuse_code(member.path, config, [*self._include_paths, OWN_TASKS])
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        config = {**config, **member.changes, "task": member.name}
        self.file, self.named = member.path, dict(config.get("generation_kwargs") or {})
        own = member.path.is_relative_to(OWN_TASKS)
        data = {} if own else self._data(config, member.path)
        if not own:
            self.judging_hash = judging_hash(member.path, config)
        if not (own or runs_code) or "metric_list" in member.changes:
            self._refuse_foreign_metrics(config)
        if runs_code:
            return self._by_lm_eval(member, data)
        plain = {key: value for key, value in config.items() if key not in ("tag", "group")}
        return self._configured({**plain, **data})

    def _data(self, config: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The keys that name data, where those lie beside the task."""
        data = with_data_beside(config, path.parent)
        if missing := missing_data({**config, **data}):
            problem = f"no {', '.join(missing)} in {Path.cwd()}, or beside the task"
            raise self._mistakes.found(f"cannot be loaded ({problem})")
        return data

    def _only_task(self) -> Member:
        members = Library(self._include_paths).members(self._term.subject)
        if not members.alone:
            names = ", ".join(task.name for task in members.tasks)
            raise RecipeError(f"is a {members.kind} of several tasks: {names}")
        return members.tasks[0]

    def _configured(self, config: dict[str, Any]) -> Any:
        with self._mistakes.loading(), telling_of_data(ConfigurableTask):
            return ConfigurableTask(config=config)

    def _refuse_foreign_metrics(self, config: dict[str, Any]) -> None:
        """lm-eval fetches a metric that it does not know, and runs it."""
        for entry in config.get("metric_list") or ():
            name = entry.get("metric") if isinstance(entry, dict) else entry
            if name not in METRIC_REGISTRY or entry.get("hf_evaluate"):
                raise self._mistakes.found(f"lm-eval has no metric {name!r} of its own")

    def _by_lm_eval(self, member: Member, data: Mapping[str, Any]) -> Any:
        """A task with code, as lm-eval itself loads it."""
        with self._mistakes.loading(), telling_of_data(ConfigurableTask):
            manager = lm_eval.tasks.TaskManager(
                include_path=str(member.path.parent), include_defaults=False
            )
            entry = manager.task_index.get(member.name)
            if entry is None or entry.yaml_path is None:
                raise RecipeError(f"{member.path.name}: lm-eval runs code of .yaml files alone")
            if entry.yaml_path.resolve() != member.path:
                raise RecipeError(f"{entry.yaml_path} has a task of that name as well")
            changed = {"task": member.name, **member.changes, **data}
            loaded = manager.load({"group": "of one", "task": [changed]})
            return loaded["tasks"][member.name]

    def _checked(self, task: Any) -> Any:
        if task.OUTPUT_TYPE not in _LANGUAGE_TASKS or getattr(task, "MULTIMODAL", False):
            raise self._mistakes.found("is not a task for language models")
        if getattr(task, "UNSAFE_CODE", False) and self._term.metric not in (None, GOLD_LOGPROB):
            raise self._mistakes.found(
                "runs the model's answers as code; say program: to have it done in a sandbox"
            )
        if self._term.num_fewshot and task.config.num_fewshot == 0:
            raise self._mistakes.found("sets num_fewshot to 0 itself, so it takes no examples")
        if self._term.num_fewshot is not None:
            task.set_config("num_fewshot", self._term.num_fewshot)
        elif task.config.num_fewshot is None:
            task.set_config("num_fewshot", 0)
        task.set_fewshot_seed(FEWSHOT_SEED)
        return task
