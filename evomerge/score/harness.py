"""lm-eval behind one file: tasks in, items and item scores out.

lm-eval builds the prompts, tokenizes them, and judges the answers; the forward passes in between
are ours. Prompts are built once a run and for all documents, in lm-eval's order, because few-shot
examples are drawn from a sequential generator: the same document gets another prompt otherwise.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import lm_eval.tasks
import lm_eval.utils
import torch
import transformers
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from lm_eval.api.registry import METRIC_REGISTRY
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM

from evomerge.errors import EvomergeError, ParentError, RecipeError, TrialError
from evomerge.ledger import ItemScore
from evomerge.recipe import FitnessTerm
from evomerge.score.item import Item, content_id
from evomerge.score.metric import Metric
from evomerge.score.quiet import quiet
from evomerge.score.remembered import Remembered
from evomerge.score.request import (
    Generated,
    Generation,
    Likelihood,
    Likely,
    Request,
    Response,
    silence,
)
from evomerge.score.taskfile import data_folder, find_task_file, read_task_file, refuse_code

_templates = SandboxedEnvironment(
    loader=lm_eval.utils.env.loader, undefined=StrictUndefined, keep_trailing_newline=True
)
_templates.filters.update(lm_eval.utils.env.filters)
lm_eval.utils.env = _templates  # templates of a task file are data, and data runs no code

FEWSHOT_SEED = 1234
"""lm-eval's default, so that prompts are the same as with its command line."""

_GREEDY = frozenset({"do_sample", "temperature", "top_p", "top_k", "attention_mask"})
_LANGUAGE_TASKS = ("loglikelihood", "loglikelihood_rolling", "generate_until", "multiple_choice")


class Recorder(HFLM):  # type: ignore[misc]
    """An lm-eval model that answers nothing and records, as tokens, what it is asked."""

    def __init__(self, config: Any, tokenizer: Any) -> None:
        try:
            with torch.device("meta"):
                hollow = transformers.AutoModelForCausalLM.from_config(config)
        except Exception as error:  # whatever a config.json can do wrong
            raise ParentError(f"not a causal language model ({error})") from None
        with quiet():
            super().__init__(pretrained=hollow, tokenizer=tokenizer, backend="causal")
        self._device = torch.device("cpu")
        self.recorded: list[Request] = []

    def _loglikelihood_tokens(
        self, requests: Any, disable_tqdm: bool = False, **_: Any
    ) -> list[tuple[float, bool]]:
        for _, context, continuation in requests:
            whole = tuple((context + continuation)[-(self.max_length + 1) :])
            self.recorded.append(Likelihood(whole, len(continuation)))
        return [(0.0, False)] * len(requests)

    def _model_generate(
        self, context: torch.Tensor, max_length: int, stop: list[str], **options: Any
    ) -> torch.Tensor:
        unknown = sorted(set(options) - _GREEDY)
        if options.get("do_sample") or unknown:
            what = "samples" if options.get("do_sample") else f"sets {', '.join(unknown)}"
            raise RecipeError(f"{what} in its generation_kwargs; only greedy answers are scored")
        prompt = tuple(context[0].tolist())
        limit = max_length - len(prompt)
        if not prompt or limit < 1:
            raise RecipeError("asks for no tokens" if prompt else "has an empty prompt")
        self.recorded.append(Generation(prompt, tuple(filter(None, stop)), limit))
        return context

    def record(self, instance: Any) -> tuple[Request, ...]:
        """The requests that lm-eval makes for one of its instances."""
        self.recorded.clear()
        getattr(self, instance.request_type)([instance], disable_tqdm=True)
        return tuple(self.recorded)


class HarnessTask:
    """A task of a recipe's fitness: its items, and the judgement of answers.

    Raises:
        RecipeError: there is no such task or metric, the metric is no mean over items, or the
            task would sample or run code.
    """

    def __init__(self, term: FitnessTerm, include_paths: Sequence[Path], at: str = "") -> None:
        self._at = at
        self.term = term
        with quiet():
            self._task = self._load(include_paths)
        self.name: str = self._task.config.task
        try:
            self._metric = Metric.of(self._task, term.metric)
        except RecipeError as error:
            raise self._fail(str(error)) from None
        self._instances: dict[int, list[tuple[Any, int]]] = {}
        self.duplicates = 0

    @property
    def metric(self) -> str:
        """The metric's name, without a filter."""
        return self._metric.name

    def _fail(self, problem: str) -> RecipeError:
        return RecipeError(f"{self._at}task {self.term.task}: {problem}")

    def _load(self, include_paths: Sequence[Path]) -> Any:
        path = find_task_file(self.term.task, include_paths)
        if path is None:
            return self._checked(self._by_name(self.term.task, Path.cwd(), include_paths, True))
        config = read_task_file(path)
        if not isinstance(config.get("task"), str):
            raise self._fail(f"{path} names no task (a group? list its tasks one by one)")
        folder = data_folder(path, config)
        if refuse_code(path, config, include_paths):
            return self._checked(self._by_name(config["task"], folder, include_paths, False))
        self._refuse_foreign_metrics(config)
        plain = {key: value for key, value in config.items() if key not in ("tag", "group")}
        with self._loading(folder):
            task = ConfigurableTask(config=plain)
        return self._checked(task)

    def _refuse_foreign_metrics(self, config: dict[str, Any]) -> None:
        """lm-eval fetches a metric that it does not know, and runs it."""
        for entry in config.get("metric_list") or ():
            name = entry.get("metric") if isinstance(entry, dict) else entry
            if name not in METRIC_REGISTRY or entry.get("hf_evaluate"):
                raise self._fail(f"lm-eval has no metric {name!r} of its own")

    def _by_name(
        self, name: str, folder: Path, include_paths: Sequence[Path], defaults: bool
    ) -> Any:
        """A task as lm-eval itself finds it, among its own (the defaults) or on include paths."""
        manager = lm_eval.tasks.TaskManager(
            include_path=[str(p) for p in include_paths] or None, include_defaults=defaults
        )
        if name not in manager.all_tasks:
            close = difflib.get_close_matches(name, manager.all_tasks, n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise self._fail(f"lm-eval has no task of that name{hint}")
        with self._loading(folder):
            found = list(lm_eval.tasks.get_task_dict([name], manager).values())
        if len(found) != 1 or isinstance(found[0], dict):
            raise self._fail("is a group; list its tasks one by one")
        return found[0]

    @contextlib.contextmanager
    def _loading(self, folder: Path) -> Iterator[None]:
        """Whatever a task file and its data do wrong is the recipe's mistake."""
        try:
            with contextlib.chdir(folder):
                yield
        except EvomergeError:
            raise
        except Exception as error:
            raise self._fail(f"cannot be loaded ({type(error).__name__}: {error})") from error

    def _checked(self, task: Any) -> Any:
        if task.OUTPUT_TYPE not in _LANGUAGE_TASKS or getattr(task, "MULTIMODAL", False):
            raise self._fail("is not a task for language models")
        if getattr(task, "UNSAFE_CODE", False):
            raise self._fail("runs the model's answers as code, which is not supported yet")
        if self.term.num_fewshot and task.config.num_fewshot == 0:
            raise self._fail("sets num_fewshot to 0 itself, so it takes no examples")
        if self.term.num_fewshot is not None:
            task.set_config("num_fewshot", self.term.num_fewshot)
        elif task.config.num_fewshot is None:
            task.set_config("num_fewshot", 0)
        task.set_fewshot_seed(FEWSHOT_SEED)
        return task

    def build(self, recorder: Recorder, chat_template: bool) -> list[Item]:
        """All items of the task, each content once, in the order of the task's documents.

        Raises:
            RecipeError: prompts cannot be built, or a first answer, an empty one, not be judged.
        """
        with quiet(), self._loading(Path.cwd()):
            self._task.build_all_requests(
                apply_chat_template=chat_template,
                fewshot_as_multiturn=chat_template,  # as simple_evaluate has it
                chat_template=recorder.apply_chat_template if chat_template else None,
                tokenizer_name=recorder.tokenizer_name if chat_template else "",
            )
            items = self._items(recorder)
            self._render_once()
            self.grade(items[:1], [silence(item.requests) for item in items[:1]])
        return items

    def _items(self, recorder: Recorder) -> list[Item]:
        by_doc: dict[int, list[Any]] = {}
        for instance in self._task.instances:
            by_doc.setdefault(instance.doc_id, []).append(instance)
        items: dict[str, Item] = {}
        for doc_id, instances in by_doc.items():
            item_id = content_id(instances[0].doc)
            if item_id in items:
                self.duplicates += 1
                continue
            items[item_id] = self._item(recorder, item_id, doc_id, instances)
        return list(items.values())

    def _render_once(self) -> None:
        """Have lm-eval keep what its templates make of a document: the same for every offspring.

        Compiling them again for each answer is most of what judging takes otherwise.
        """
        for name in ("doc_to_text", "doc_to_target", "doc_to_choice"):
            setattr(self._task, name, Remembered(getattr(self._task, name)))

    def _item(self, recorder: Recorder, item_id: str, doc_id: int, instances: list[Any]) -> Item:
        requests: list[Request] = []
        counted = []
        for instance in sorted(instances, key=lambda i: i.idx):
            try:
                made = recorder.record(instance)
            except RecipeError as error:
                raise self._fail(str(error)) from None
            except AssertionError as error:
                raise self._fail(f"document {doc_id} does not fit the model ({error})") from None
            requests += made
            counted.append((instance, len(made)))
        self._instances[doc_id] = counted
        return Item(self.name, item_id, doc_id, tuple(requests))

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        """Judge answers, those of each item in the order of its requests."""
        if not items:
            return []
        counted = [self._instances[item.doc_id] for item in items]
        for answered, parts in zip(responses, counted, strict=True):
            rest = list(answered)
            for instance, count in parts:
                reply = _reply(instance.request_type, rest[:count])
                del rest[:count]
                instance.resps = [reply] * (instance.repeats or 1)
        instances = [instance for parts in counted for instance, _ in parts]
        ensemble = next(f for f in self._task._filters if f.name == self._metric.filter)
        ensemble.apply(instances)
        return [
            self._score(item, [instance for instance, _ in parts])
            for item, parts in zip(items, counted, strict=True)
        ]

    def _score(self, item: Item, instances: list[Any]) -> ItemScore:
        results = [instance.filtered_resps[self._metric.filter] for instance in instances]
        judged = self._task.process_results(instances[0].doc, results)
        try:
            value, weight = self._metric.read(judged[self.metric])
        except (RecipeError, TrialError) as error:
            raise type(error)(f"task {self.name}: {error}") from None
        return ItemScore(item.task, item.id, value, weight)


def _reply(kind: str, responses: Sequence[Response]) -> Any:
    """Our responses in the form that lm-eval's tasks take."""
    if kind == "generate_until":
        (generated,) = responses
        assert isinstance(generated, Generated)
        return generated.text
    likely = [response for response in responses if isinstance(response, Likely)]
    if kind == "loglikelihood_rolling":
        return sum(response.logprob for response in likely)
    return likely[0].logprob, likely[0].greedy
