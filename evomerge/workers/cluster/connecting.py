"""A cluster started, or joined; and what keeps it from that."""

from __future__ import annotations

import ray
from ray import exceptions

from evomerge.workers.cluster.causes import last_line
from evomerge.workers.cluster.messages import Connect
from evomerge.workers.cluster.needs import needs_of, unmet

ASKS_FOR_ONE = (
    "it asks for a token: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to the file that holds "
    "the cluster's token (by default ~/.ray/auth_token; nobody else should be able to read it)"
)


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
        return f"Ray at {order.address}: {ASKS_FOR_ONE}"
    except Exception as error:
        if "token" in str(error).lower() and order.address:
            return f"Ray at {order.address}: {ASKS_FOR_ONE}"
        where = f"Ray at {order.address}" if order.address else "Ray cannot be started here"
        return f"{where}: {last_line(error)}"
    return unmet(order.placement, needs_of(order.placement, order.device, nodes), nodes)
