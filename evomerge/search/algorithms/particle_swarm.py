"""Particle swarm (Kennedy and Eberhart 1995), begun as in PSO-Merging (2508.19839)."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.candidate import Proposal, Vector
from evomerge.search.incumbents import Incumbent, Incumbents
from evomerge.search.kind import AlgorithmSettings, Kind, Problem


class ParticleSwarmSettings(AlgorithmSettings):
    """Settings of :class:`ParticleSwarm`; the defaults are those of Clerc and Kennedy 2002."""

    population: int = Field(20, ge=2, description="candidates in a generation")
    sigma: float = Field(
        0.25, gt=0, le=1, description="spread of the first swarm, as a share of a gene's range"
    )
    inertia: float = Field(0.7298, ge=0, lt=1, description="share of its velocity that is kept")
    own: float = Field(1.4962, ge=0, description="pull towards the best that a particle has met")
    swarm: float = Field(1.4962, ge=0, description="pull towards the best that all have met")


class ParticleSwarm(Incumbents):
    """Particles that fly towards the best that each, and all of them, have met.

    The first swarm is the problem's starts (base, experts, sparsified experts), its start, and
    draws around that.

    Args:
        problem, seed: see :class:`Incumbents`.
    """

    def __init__(self, problem: Problem, settings: ParticleSwarmSettings, seed: int) -> None:
        super().__init__(problem, settings.population, seed)
        self._start, self._settings = problem.start, settings
        self._positions: dict[int, Vector] = {}
        self._velocities: dict[int, Vector] = {}

    def _sample(self) -> Vector:
        drawn = self._generator.standard_normal(len(self._start)).tolist()
        return tuple(
            _inside(x + self._settings.sigma * z) for x, z in zip(self._start, drawn, strict=True)
        )

    def _placed(self, member: int, genome: Vector) -> None:
        self._positions[member] = genome
        self._velocities[member] = (0.0,) * len(genome)

    def _challenger(self, member: int, incumbent: Incumbent) -> Proposal:
        best, set_to = self._best_first()[0], self._settings
        x, v = self._positions[member], self._velocities[member]
        r = self._generator.random((2, len(x))).tolist()
        v = tuple(
            set_to.inertia * v_j
            + set_to.own * r[0][j] * (incumbent.genome[j] - x_j)
            + set_to.swarm * r[1][j] * (best.genome[j] - x_j)
            for j, (x_j, v_j) in enumerate(zip(x, v, strict=True))
        )
        position = tuple(_inside(x_j + v_j) for x_j, v_j in zip(x, v, strict=True))
        # What has flown against an edge stops there.
        self._velocities[member] = tuple(b - a for a, b in zip(x, position, strict=True))
        self._positions[member] = position
        return Proposal(position, "flight", (incumbent.number, best.number))


def _inside(x: float) -> float:
    return min(max(x, 0.0), 1.0)


def make(problem: Problem, settings: ParticleSwarmSettings, seed: int) -> ParticleSwarm:
    """A swarm from the problem's starts."""
    return ParticleSwarm(problem, settings, seed)


PARTICLE_SWARM = Kind(
    name="particle-swarm",
    summary="particles that fly towards the best that each, and all of them, have met",
    paper="2508.19839",
    settings=ParticleSwarmSettings,
    make=make,
    pace="generation",
    across_generations=True,
)
