"""The other side of the comparison: the same work by Python's own package. Prints figures as JSON."""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import xgboost

THREADS = len(os.sched_getaffinity(0))
figures: dict[str, float] = {}


def cells(rows: int, columns: int) -> np.ndarray:
    index = np.arange(rows * columns, dtype=np.int64)
    values = ((index % 10007) * 7919 + (index // columns) * 104729) % 10007
    return (values / 10007).astype(np.float32).reshape(rows, columns)


def training(name: str, rows: int, columns: int) -> xgboost.Booster:
    x = cells(rows, columns)
    wide = x[:, :4].astype(np.float64)
    label = (wide[:, 0] + wide[:, 1] * wide[:, 2] > 0.3 + wide[:, 3]).astype(np.float32)
    params = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "nthread": THREADS}
    started = time.perf_counter()
    data = xgboost.DMatrix(x, label=label, nthread=THREADS)
    booster = xgboost.train(params, data, 100)
    figures[name] = time.perf_counter() - started
    return booster


def single_rows(booster: xgboost.Booster, columns: int) -> None:
    booster.set_param({"nthread": 1})
    rows, calls = cells(1000, columns), 20_000
    durations = np.empty(calls)
    for call in range(-2_000, calls):
        row = rows[call % 1000 : call % 1000 + 1]
        started = time.perf_counter()
        booster.inplace_predict(row)
        if call >= 0:
            durations[call] = time.perf_counter() - started
    figures["row_p50"], figures["row_p99"] = (float(np.quantile(durations, q)) * 1e6 for q in (0.5, 0.99))


def best(work: Callable[[], object]) -> float:
    least = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - started)
    return least


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


what = sys.argv[1]
if what == "wide":
    booster = training("train_wide", 100_000, 50)
    many = cells(1_000_000, 50)
    booster.inplace_predict(many[:1000])
    figures["rows"] = best(lambda: booster.inplace_predict(many))
    figures["contributions"] = best(
        lambda: booster.predict(xgboost.DMatrix(many[:10_000], nthread=THREADS), pred_contribs=True)
    )
    single_rows(booster, 50)
elif what == "long":
    training("train_long", 434_000, 16)
else:
    import pandas

    row = np.arange(400_000)
    frame = pandas.DataFrame({f"c{column}": ((row * 31 + column) % 1009 / 1009).astype(np.float32) for column in range(50)}, copy=False)
    gc.collect()
    before = peak_megabytes()
    data = xgboost.DMatrix(frame, nthread=THREADS)
    figures["columns_copy"] = peak_megabytes() - before
print(json.dumps({"version": xgboost.__version__, "figures": figures}))
