"""Decoding with a key-value cache, of a batch from which finished rows are dropped, and which
others join in their place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from evomerge.engine.protocol import Work
from evomerge.engine.request import Generated, Generation
from evomerge.engine.transformers.drawing import draw
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.steps import Steps, steps
from evomerge.engine.transformers.stops import before_stops
from evomerge.engine.transformers.thoughts import Start, Thoughts
from evomerge.errors import TrialError

Rows = npt.NDArray[np.int64]

CHOSEN_AT_ONCE = 1 << 18
"""Logits among which tokens are chosen at a time on the CPU, so that they stay in the cache."""


class Decoding:
    """One batch on its way: rows still alive, their cache, and what they have said.

    Args:
        prefixes: what each prompt begins with, which the reader has read.
        room: how many rows there are at once, where others can join them.
    """

    def __init__(
        self, reader: Reader, requests: Sequence[Generation], prefixes: Sequence[Tokens], room: int
    ) -> None:
        self.reader, self.requests, self.prefixes, self.room = reader, requests, prefixes, room
        config = reader.live.model.generation_config
        self.first = config.forced_bos_token_id if reader.encodes else None
        """What every answer begins with, if it is not the model's choice."""
        self.last = config.forced_eos_token_id if reader.encodes else None
        """What stands in the place of an answer's last token where it is cut."""
        eos = config.eos_token_id
        self.eos = {t for t in (eos if isinstance(eos, list) else [eos]) if t is not None}
        self.penalty = float(getattr(config, "repetition_penalty", None) or 1.0)
        self.most = np.array([request.max_tokens for request in requests])
        self.said = np.zeros((len(requests), int(self.most.max())), dtype=np.int64)
        self.count = np.zeros(len(requests), dtype=np.int64)
        """How many tokens each row has said."""
        self.finished = np.zeros(len(requests), dtype=bool)
        self._cut = np.zeros(len(requests), dtype=bool)
        """Which answers end with a token that the model did not choose."""
        self._drawn = np.array([request.sampling is not None for request in requests])
        self.alive = np.arange(0)
        """The requests that are being answered, by row."""
        self.work = Work(0.0, 0)
        kinds = list(dict.fromkeys(map(_marks, requests)))
        self._kind = np.array([kinds.index(_marks(request)) for request in requests])
        self._closing = np.stack([reader.stops.closing(marks) for marks in kinds])
        last = self._closing.shape[1] - 1
        self._closing[:, [min(token, last) for token in self.eos]] = True
        self._thoughts = Thoughts(reader.stops.tokenizer)
        self._starts: dict[int, Start | None] = {}
        """Where the answers begin behind their thoughts, by row; None while one is open."""

    @property
    def going(self) -> npt.NDArray[np.bool_]:
        """Which rows say more."""
        return ~self.finished & (self.count < self.most)

    @torch.inference_mode()
    def run(self) -> list[Generated]:
        """The answers.

        Raises:
            TrialError: a logit is not finite.
        """
        batch, begun = steps(self.reader, self.requests, self.prefixes, self.room), 0
        while True:
            while count := batch.more(len(self.alive)):
                rows, begun = np.arange(begun, begun + count), begun + count
                logits, work = batch.begin(count)
                self._go_on(rows, logits, work)
                self.alive = np.concatenate([self.alive, rows])
                self._drop(batch)
            if not len(self.alive):
                return self._answers()
            counts = self.count[self.alive]
            logits, seconds = batch.go_on(self.said[self.alive, counts - 1], counts)
            self._go_on(self.alive, logits, Work(seconds, int(self.going[self.alive].sum())))
            self._drop(batch)

    def _go_on(self, rows: Rows, logits: torch.Tensor, work: Work) -> None:
        """Have rows say their next tokens."""
        self.work += work
        self._say(rows, self._choose(rows, logits))

    def _drop(self, batch: Steps) -> None:
        """Drop finished rows, once there are enough of them to be worth it."""
        going = self.going[self.alive]
        ended = len(going) - int(going.sum())
        if ended and (ended == len(going) or ended >= batch.drop_share * len(going)):
            self.alive = self.alive[batch.keep(going.nonzero()[0])]

    def _choose(self, rows: Rows, logits: torch.Tensor) -> Rows:
        """The next token of each row."""
        if self.penalty != 1.0:
            logits = self._penalized(rows, logits)
        chosen = self._most_probable(logits)
        (places,) = self._drawn[rows].nonzero()
        if len(places):
            drawn = rows[places].tolist()
            params = [p for row in drawn if (p := self.requests[row].sampling) is not None]
            of_them = logits[torch.from_numpy(places).to(logits.device)]
            chosen[places] = draw(of_them, params, self.count[drawn].tolist()).cpu().numpy()
        if self.first is not None:
            chosen[self.count[rows] == 0] = self.first
        if self.last is not None:
            limit = self.count[rows] == self.most[rows] - 1
            self._cut[rows[limit & (chosen != self.last)]] = True
            chosen[limit] = self.last
        return chosen

    def _most_probable(self, logits: torch.Tensor) -> Rows:
        """The most probable token of each row (of equal ones the first)."""
        if logits.is_cuda:
            tokens = logits.argmax(dim=-1)
            best = logits.gather(1, tokens[:, None]).float().cpu().numpy()
            chosen: Rows = tokens.cpu().numpy()
        else:
            # numpy's is vectorized where torch's is not; both give NaN where there is one.
            parts = torch.split(logits, max(1, CHOSEN_AT_ONCE // logits.shape[1]))
            chosen = np.concatenate([part.float().numpy().argmax(axis=-1) for part in parts])
            best = logits[torch.arange(len(chosen)), torch.from_numpy(chosen)].float().numpy()
        if not np.isfinite(best).all():
            raise TrialError("a logit is not finite")
        return chosen

    def _penalized(self, rows: Rows, logits: torch.Tensor) -> torch.Tensor:
        """Repetition penalty (Keskar et al. 2019, 1909.05858, section 4.1) on all tokens so far."""
        logits = logits.to(torch.float32, copy=True)  # as transformers has it
        for i, row in enumerate(rows.tolist()):
            said = self.said[row, : self.count[row]].tolist()
            seen = torch.tensor(sorted({*self.requests[row].prompt, *said})).to(logits.device)
            scores = logits[i, seen]
            logits[i, seen] = torch.where(scores < 0, scores * self.penalty, scores / self.penalty)
        return logits

    def _say(self, rows: Rows, chosen: Rows) -> None:
        """Append each row's next token, and see whether it was the last."""
        going = self.going[rows]
        rows, tokens = rows[going], chosen[going]
        self.said[rows, self.count[rows]] = tokens
        self.count[rows] += 1
        last = self._closing.shape[1] - 1
        for row in rows[self._closing[self._kind[rows], np.minimum(tokens, last)]].tolist():
            said = self.said[row, : self.count[row]].tolist()
            ended = said[-1] in self.eos or self._stopped(row, said)
            self.finished[row] = ended and not self._cut[row]

    def _stopped(self, row: int, said: Sequence[int]) -> bool:
        """Whether the last token completed a stop string of the answer."""
        request, stops = self.requests[row], self.reader.stops
        if request.thought is None:
            return stops.stopped(said, request.stops)
        if row not in self._starts or stops.closes(said[-1], request.thought.marks):
            self._starts[row] = self._thoughts.start(said, request.thought)
        start = self._starts[row]
        if start is None or not stops.closes(said[-1], request.stops):
            return False
        text = self._thoughts.answer(said, start)
        return any(stop in text for stop in request.stops)

    def _answers(self) -> list[Generated]:
        said = [row[:count].tolist() for row, count in zip(self.said, self.count, strict=True)]
        texts = self.reader.stops.texts(said, [request.stops for request in self.requests])
        answers = []
        for text, tokens, finished, request in zip(
            texts, said, self.finished.tolist(), self.requests, strict=True
        ):
            if request.thought is not None:
                start = self._thoughts.start(tokens, request.thought)
                text = "" if start is None else self._answer_after(tokens, start, request)
                finished = finished and start is not None
            answers.append(Generated(text, len(tokens), finished))
        return answers

    def _answer_after(self, said: Sequence[int], start: Start, request: Generation) -> str:
        return before_stops(self._thoughts.answer(said, start), request.stops)


def _marks(request: Generation) -> tuple[str, ...]:
    """The strings at which something begins or ends: the answer, or the thought before it."""
    return request.stops + (request.thought.marks if request.thought is not None else ())
