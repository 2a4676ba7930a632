"""The other side of the comparison: the same work by Python's own client. Prints figures as JSON."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric

uri, what, experiment_id, directory = sys.argv[1:5]
figures: dict[str, float] = {}
client = MlflowClient(uri)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def new_run() -> str:
    return client.create_run(experiment_id).info.run_id


def points(run_id: str) -> None:
    now = int(time.time() * 1000)
    for start in range(0, 10_000, 100):
        steps = range(start, start + 100)
        client.log_batch(
            run_id,
            [Metric(f"metric{key}", step / 10_000 + key, now, step) for step in steps for key in range(10)],
        )
    client.set_terminated(run_id)


def read_runs() -> None:
    found, token = [], None
    while True:
        page = client.search_runs([experiment_id], max_results=1000, page_token=token)
        found.extend((run.data.params["param1"], run.data.metrics["metric1"]) for run in page)
        token = page.token
        if not token:
            break
    assert len(found) == 2000, len(found)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def artifact(source: str) -> None:
    run_id, name = new_run(), os.path.basename(source)
    mlflow.set_tracking_uri(uri)
    down = os.path.join(directory, "down-python")
    os.makedirs(down, exist_ok=True)
    # What the first call loads is there then.
    client.log_text(run_id, "small", "small.txt")
    client.download_artifacts(run_id, "small.txt", down)
    before = peak_megabytes()
    figures["up"] = seconds(lambda: client.log_artifact(run_id, source))
    figures["up_growth"] = peak_megabytes() - before
    before = peak_megabytes()
    figures["down"] = seconds(lambda: client.download_artifacts(run_id, name, down))
    figures["down_growth"] = peak_megabytes() - before
    assert os.path.getsize(os.path.join(down, name)) == os.path.getsize(source)
    os.unlink(os.path.join(down, name))


client.get_experiment(experiment_id)
if what == "points":
    run_id = new_run()
    figures["points"] = seconds(lambda: points(run_id))
elif what == "search":
    figures["search"] = seconds(read_runs)
else:
    artifact(what)
print(json.dumps({"version": mlflow.__version__, "figures": figures}))
