"""What trackers have kept, read with their own clients: points by step, words, and the recipe."""

import json
import struct

from evomerge.trackers.mlflow import RUN, flat
from evomerge.trackers.tracker import PROJECT


def of_mlflow(folder, run):
    from mlflow import MlflowClient

    client = MlflowClient()
    experiment = client.get_experiment_by_name(PROJECT).experiment_id
    (found,) = client.search_runs([experiment], f"tags.`{RUN}` = '{run.id}'")
    points = {}
    for name in found.data.metrics:
        for metric in client.get_metric_history(found.info.run_id, name):
            assert name not in points.setdefault(metric.step, {}), "kept once"
            points[metric.step][name] = metric.value
    tags = {key.removeprefix("evomerge."): value for key, value in found.data.tags.items()}
    words = {key: tags[key] for key in ("outcome", "best_parent") if key in tags}
    recipe = run.recipe if found.data.params == dict(flat(run.recipe)) else found.data.params
    return points, words, recipe


def of_tensorboard(folder, run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    read = EventAccumulator(str(folder / "tensorboard"), size_guidance={"tensors": 0})
    read.Reload()
    points, texts = {}, {}
    for name in read.Tags()["tensors"]:
        for event in read.Tensors(name):
            value = make_ndarray(event.tensor_proto)
            if name.endswith("/text_summary"):
                texts[name.removesuffix("/text_summary")] = value[0].decode()
                continue
            assert name not in points.setdefault(event.step, {}), "kept once"
            points[event.step][name] = float(value)
    texts = {name: text.replace("\n    ", "\n").strip() for name, text in texts.items()}
    recipe = json.loads(texts.pop("recipe"))
    return points, {n.removeprefix("verdict/"): text for n, text in texts.items()}, recipe


def of_trackio(folder, run):
    from trackio import Api
    from trackio.sqlite_storage import SQLiteStorage

    (found,) = [one for one in Api().runs(PROJECT) if one.name.endswith(run.id[:8])]
    points, words = {}, {}
    for row in SQLiteStorage.get_logs(PROJECT, found.name, run_id=found.id):
        step = row.pop("step")
        row.pop("timestamp")
        numbers = {name: value for name, value in row.items() if not isinstance(value, str)}
        assert not numbers.keys() & points.get(step, {}).keys(), "kept once"
        if numbers:
            points.setdefault(step, {}).update(numbers)
        words.update((n.removeprefix("verdict/"), row[n]) for n in row.keys() - numbers.keys())
    config = {key: value for key, value in found.config.items() if not key.startswith("_")}
    return points, words, config


def of_wandb(folder, run):
    """From the file of the last session: in offline mode each has one, under the run's id."""
    from wandb.proto import wandb_internal_pb2

    points, words, recipe = {}, {}, {}
    files = folder.glob(f"wandb/offline-run-*-{run.id}*/*.wandb")
    file = max(files, key=lambda file: file.stat().st_mtime_ns)
    for data in log_entries(file.read_bytes()):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        kind = record.WhichOneof("record_type")
        if kind == "run":
            recipe |= {item.key: json.loads(item.value_json) for item in record.run.config.update}
        elif kind == "history":
            row = {"/".join(i.nested_key) or i.key: i.value_json for i in record.history.item}
            step = json.loads(row["_step"])
            assert step not in points, "kept once"
            points[step] = {n: json.loads(v) for n, v in row.items() if not n.startswith("_")}
        elif kind == "summary":
            update = {"/".join(i.nested_key) or i.key: i.value_json for i in record.summary.update}
            words |= {
                name.removeprefix("verdict/"): json.loads(value)
                for name, value in update.items()
                if value.startswith('"')
            }
    recipe.pop("_wandb", None)
    return points, words, recipe


def log_entries(data):
    """The entries of a log in LevelDB's format: blocks of 32 KiB, and entries in pieces."""
    at, entry = 7, b""  # behind the file's own header
    while at + 7 <= len(data):
        left = 2**15 - at % 2**15
        if left < 7:
            at += left
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        at += 7
        entry += data[at : at + length]
        at += length
        if kind in (1, 4):  # a whole one, or the last piece
            yield entry
            entry = b""


READ = {
    "mlflow": of_mlflow,
    "tensorboard": of_tensorboard,
    "trackio": of_trackio,
    "wandb": of_wandb,
}
