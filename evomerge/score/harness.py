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

from evomerge.errors import (
    EvomergeError,
    ParentError,
    RecipeError,
    Stopped,
    TrialError,
    UserError,
)
from evomerge.ledger import ItemScore
from evomerge.recipe import FitnessTerm
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.audits.leak import Leaks, leaks
from evomerge.score.document import choice_texts, gold_answer, question_text
from evomerge.score.gold import GOLD_LOGPROB
from evomerge.score.grading import Grading
from evomerge.score.item import Item, content_id
from evomerge.score.quiet import quiet
from evomerge.score.remembered import Remembered
from evomerge.score.request import Generation, Likelihood, Request, Response, silence
from evomerge.score.taskfile import (
    data_folder,
    find_task_file,
    judging_hash,
    read_task_file,
    refuse_code,
    text_task,
)


class _Templates(SandboxedEnvironment):
    """Compiles a text once: lm-eval asks for the same few with every document."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Any] = {}

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """The template of a text."""
        if args or kwargs or not isinstance(source, str):
            return super().from_string(source, *args, **kwargs)
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source)
        return self._compiled[source]


_templates = _Templates(
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
            if not 0 < len(continuation) <= self.max_length:
                size, limit = len(continuation), self.max_length
                raise AssertionError(f"an answer of {size} tokens, of which it reads {limit}")
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
    """A term of a recipe's fitness: its items, and the judgement of answers.

    Args:
        include_paths: folders of tasks, trusted to run code when they are loaded.
        at: where the recipe has the term, for error messages.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs; by default on the GPU if there is one.

    Raises:
        RecipeError: there is no such task or metric, the metric is no mean over items, the task
            would sample or run code, or what is to judge cannot.
    """

    def __init__(
        self,
        term: FitnessTerm,
        include_paths: Sequence[Path],
        at: str = "",
        *,
        allow_python: bool = False,
        device: torch.device | None = None,
    ) -> None:
        self._at = at
        self.term = term
        self._judging_hash = ""
        with quiet():
            self._task = self._load(include_paths)
        self.name: str = term.name or self._task.config.task
        """What its items' scores are filed under."""
        try:
            self._grading = Grading(self._task, term, allow_python, device)
        except UserError as error:
            raise self._fail(str(error)) from None
        self.duplicates = 0

    @property
    def metric(self) -> str:
        """What judges: a metric's name, without a filter, or what stands in its place."""
        return self._grading.name

    @property
    def source(self) -> str:
        """sha256 of what judges and does not stand in the recipe: a task file; code or a model.

        Both where there are both, "" where there is neither.
        """
        return " ".join(filter(None, (self._judging_hash, self._grading.source)))

    def _fail(self, problem: str) -> RecipeError:
        kind = "task" if self.term.task is not None else "text"
        return RecipeError(f"{self._at}{kind} {self.term.subject}: {problem}")

    def _load(self, include_paths: Sequence[Path]) -> Any:
        subject = self.term.subject
        if self.term.text is not None:
            try:
                config = text_task(Path(subject))
            except RecipeError as error:
                raise self._fail(str(error)) from None
            return self._checked(self._configured(config, Path.cwd()))
        try:
            path = find_task_file(subject, include_paths)
            config = {} if path is None else read_task_file(path)
            runs_code = path is not None and refuse_code(path, config, include_paths)
        except RecipeError as error:
            raise RecipeError(f"{self._at}{error}") from None
        if path is None:
            return self._checked(self._by_name(subject, Path.cwd(), include_paths, True))
        if not isinstance(config.get("task"), str):
            raise self._fail(f"{path} names no task (a group? list its tasks one by one)")
        folder = data_folder(path, config)
        self._judging_hash = judging_hash(path, config)
        if runs_code:
            return self._checked(self._by_name(config["task"], folder, include_paths, False))
        self._refuse_foreign_metrics(config)
        plain = {key: value for key, value in config.items() if key not in ("tag", "group")}
        return self._checked(self._configured(plain, folder))

    def _configured(self, config: dict[str, Any], folder: Path) -> Any:
        with self._loading(folder):
            return ConfigurableTask(config=config)

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
        if getattr(task, "UNSAFE_CODE", False) and self.term.metric not in (None, GOLD_LOGPROB):
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
            items = self._items(recorder, chat_template)
            self._render_once()
            self._try(items[:1])
        return items

    def _try(self, items: Sequence[Item]) -> None:
        """Judge silence, so that what cannot judge at all is found before anything starts."""
        try:
            self._grading.grade(items, [silence(item.requests) for item in items])
        except (RecipeError, TrialError, Stopped) as error:
            raise self._fail(str(error)) from error

    def _items(self, recorder: Recorder, chat_template: bool) -> list[Item]:
        by_doc: dict[int, list[Any]] = {}
        for instance in self._task.instances:
            by_doc.setdefault(instance.doc_id, []).append(instance)
        items: dict[str, Item] = {}
        for instances in by_doc.values():
            item_id = content_id(instances[0].doc)
            if item_id in items:
                self.duplicates += 1
                continue
            instances.sort(key=lambda instance: instance.idx)
            items[item_id] = self._item(recorder, chat_template, item_id, instances)
        return list(items.values())

    def _render_once(self) -> None:
        """Have lm-eval keep what its templates make of a document: the same for every offspring.

        Compiling them again for each answer is most of what judging takes otherwise.
        """
        for name in ("doc_to_text", "doc_to_target", "doc_to_choice"):
            setattr(self._task, name, Remembered(getattr(self._task, name)))

    def _item(
        self, recorder: Recorder, chat_template: bool, item_id: str, instances: list[Any]
    ) -> Item:
        doc, doc_id = instances[0].doc, instances[0].doc_id
        requests: list[Request] = []
        counted = []
        try:
            for instance in self._grading.asked(instances, chat_template):
                made = recorder.record(instance)
                requests += made
                counted.append((instance, len(made)))
        except RecipeError as error:
            raise self._fail(str(error)) from None
        except AssertionError as error:
            raise self._fail(f"document {doc_id} does not fit the model ({error})") from None
        self._grading.remember(doc_id, counted)
        text = "\n".join([question_text(self._task, doc), *choice_texts(self._task, doc)])
        gold = gold_answer(self._task, doc) or ""
        return Item(self.name, item_id, doc_id, tuple(requests), text, gold)

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        """Judge answers, those of each item in the order of its requests.

        Raises:
            TrialError: an answer cannot be judged, or its score is not finite.
            Stopped: a judge cannot be reached.
        """
        try:
            return self._grading.grade(items, responses) if items else []
        except (RecipeError, TrialError) as error:
            raise type(error)(f"task {self.name}: {error}") from None

    def audit(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[float],
    ) -> TaskAudit:
        """How answers look that were scored so."""
        return self._grading.audit(items, responses, scores)

    def leaks(self, items: Sequence[Item], prompts: Sequence[str]) -> Leaks:
        """Whether the right answers stand in what the model is shown.

        Args:
            prompts: each item's, with examples and chat template.
        """
        docs = [self._grading.doc(item) for item in items]
        golds = [gold_answer(self._task, doc) for doc in docs]
        choices = [choice_texts(self._task, doc) for doc in docs]
        return leaks(prompts, golds, choices)
