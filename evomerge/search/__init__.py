"""Search over vectors: candidates out, outcomes in; algorithms, archives and races. No torch here.

It knows neither recipes nor models: a genome is a vector in [0, 1]^n, an item a key with a score.
"""

from evomerge.search.algorithm import Algorithm
from evomerge.search.archives.elites import Archive, Elite
from evomerge.search.archives.pareto import ParetoArchive
from evomerge.search.candidate import Candidate, Vector
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome

__all__ = [
    "Algorithm",
    "AlgorithmSettings",
    "Archive",
    "Candidate",
    "Elite",
    "Kind",
    "Outcome",
    "ParetoArchive",
    "Problem",
    "Vector",
]
