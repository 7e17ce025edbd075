"""A cluster started, or joined; and what keeps it from that."""

from __future__ import annotations

import ray
from ray import exceptions

from evomerge.workers.cluster.causes import last_line
from evomerge.workers.cluster.messages import IF_IT_ASKS, Connect
from evomerge.workers.cluster.needs import needs_of, unmet


def connect(order: Connect) -> str | None:
    """Start or join a cluster; why it cannot be used, if it cannot."""
    try:
        ray.init(
            address=order.address or "local",
            log_to_driver=False,
            logging_level="ERROR",
            **({} if order.address else {"include_dashboard": False}),
        )
        nodes = ray.nodes()
    except exceptions.AuthenticationError:
        return f"Ray at {order.address} refuses; {IF_IT_ASKS}"
    except Exception as error:
        if order.address is None:
            return f"Ray cannot be started here: {last_line(error)}"
        return f"Ray at {order.address}: {last_line(error)}; {IF_IT_ASKS}"
    return unmet(order.placement, needs_of(order.placement, order.device, nodes), nodes)
