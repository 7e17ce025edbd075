"""What is known of a run's jobs beyond their answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from evomerge.workers.job_times import JobTimes
from evomerge.workers.meter import Meter


@dataclass
class Learnt:
    """What one driver leaves to the next: how long jobs take, and took."""

    meter: Meter = field(default_factory=lambda: Meter(time.monotonic, time.monotonic()))
    times: JobTimes = field(default_factory=JobTimes)
