"""The kernels as functions of tensors in the machine's memory."""

from __future__ import annotations

from evomerge.merge.kernels.cpu.combination import combine as combine
from evomerge.merge.kernels.cpu.lines import column_products as column_products
from evomerge.merge.kernels.cpu.lines import row_products as row_products
from evomerge.merge.kernels.cpu.magnitudes import magnitudes_by_bin as magnitudes_by_bin
from evomerge.merge.kernels.cpu.magnitudes import magnitudes_distinct as magnitudes_distinct
from evomerge.merge.kernels.cpu.magnitudes import magnitudes_inside as magnitudes_inside
from evomerge.merge.kernels.cpu.magnitudes import sizes_drawn as sizes_drawn
from evomerge.merge.kernels.cpu.products import inner_products as inner_products
from evomerge.merge.kernels.cpu.ranks import draw_by_rank as draw_by_rank
from evomerge.merge.kernels.cpu.task_vectors import add_task_vectors as add_task_vectors
from evomerge.merge.kernels.cpu.variances import mark_variances as mark_variances
from evomerge.merge.kernels.cpu.variances import variances_by_bin as variances_by_bin
from evomerge.merge.kernels.cpu.variances import variances_inside as variances_inside
