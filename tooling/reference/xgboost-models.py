"""Models of many kinds, saved by many versions of Python's xgboost, and what two versions read out of them.

    python tooling/reference/xgboost-models.py write DIRECTORY   once with every version that saves
    python tooling/reference/xgboost-models.py read DIRECTORY    once with every version that reads

`write` trains each kind that the version has and saves it as JSON, as UBJSON and in the old binary format, where the
version writes them. `read` loads every file in a process of its own, for a wrong file may end it, and puts models,
margins and values into values/xgboost-models.json. A reader that refuses a model has the message in place of numbers.
"""

import base64
import gzip
import json
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost

ROWS, COLUMNS, READ = 80, 4, 4
SOME = ("logistic", "softprob", "vector leaves", "categories", "named categories", "odd names")
VERSION = tuple(int(part) for part in xgboost.__version__.split(".")[:2])
NAMES = ['a "quoted" name', "back\\slash", "größe", "tab\tand space"]
TARGET = Path(__file__).parent / "values" / "xgboost-models.json"


def generate() -> np.ndarray:
    state, cells = 1, np.empty(ROWS * COLUMNS, dtype=np.float32)
    for index in range(cells.size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        cells[index] = np.float32(state / 0x80000000)
    x = cells.reshape(ROWS, COLUMNS)
    x[:, 3] = np.floor(x[:, 3] * 5)
    x[::7, 1] = np.nan
    return x


def kinds() -> dict:
    """Parameters by kind, with the first version that has the kind."""
    binary = {"objective": "binary:logistic"}
    squared = {"objective": "reg:squarederror"}
    found = {
        "logistic": ((0, 90), binary),
        "base score": ((0, 90), {**binary, "base_score": 0.2}),
        "squared error": ((0, 90), {**squared, "base_score": 3}),
        "logitraw": ((0, 90), {"objective": "binary:logitraw"}),
        "hinge": ((0, 90), {"objective": "binary:hinge"}),
        "poisson": ((0, 90), {"objective": "count:poisson"}),
        "gamma": ((0, 90), {"objective": "reg:gamma"}),
        "tweedie": ((0, 90), {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}),
        "cox": ((0, 90), {"objective": "survival:cox"}),
        "aft": ((1, 1), {"objective": "survival:aft", "aft_loss_distribution": "logistic"}),
        "softprob": ((0, 90), {"objective": "multi:softprob", "num_class": 3}),
        "softmax": ((0, 90), {"objective": "multi:softmax", "num_class": 3}),
        "pairwise": ((0, 90), {"objective": "rank:pairwise"}),
        "ndcg": ((0, 90), {"objective": "rank:ndcg"}),
        "pseudo Huber": ((1, 2), {"objective": "reg:pseudohubererror"}),
        "absolute error": ((1, 7), {"objective": "reg:absoluteerror"}),
        "quantile": ((2, 0), {"objective": "reg:quantileerror", "quantile_alpha": 0.3}),
        "quantiles": ((2, 0), {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}),
        "several targets": ((1, 6), squared),
        "vector leaves": ((2, 0), {**squared, "multi_strategy": "multi_output_tree"}),
        "own objective": ((0, 90), {}),
        "dart": ((0, 90), {**binary, "booster": "dart", "rate_drop": 0.5, "seed": 3}),
        "linear": ((0, 90), {**binary, "booster": "gblinear"}),
        "linear, classes": ((0, 90), {"objective": "multi:softprob", "num_class": 3, "booster": "gblinear"}),
        "categories": ((1, 5), {**binary, "tree_method": "approx" if VERSION >= (1, 6) else "gpu_hist", "max_cat_to_onehot": 1}),
        "named categories": ((3, 1), {**binary, "max_cat_to_onehot": 1}),
        "forest": ((0, 90), {**binary, "num_parallel_tree": 2, "subsample": 0.5, "seed": 5}),
        "single leaves": ((0, 90), {**binary, "gamma": 1e9}),
        "no trees": ((0, 90), binary),
        "odd names": ((0, 90), binary),
    }
    return {kind: params for kind, (since, params) in found.items() if VERSION >= since}


def named(x: np.ndarray) -> pd.DataFrame:
    """The last column as texts, in an order of their own."""
    words = pd.Categorical([["zwei", "a", "größer", "", "drei"][int(code)] for code in x[:, 3]])
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "d": words})


def own_objective(predictions: np.ndarray, data: xgboost.DMatrix) -> tuple:
    return predictions - data.get_label(), np.full(predictions.shape, 2.0)


def train(kind: str, params: dict) -> xgboost.Booster:
    x = generate()
    # The binary format holds no names; versions before 1.4 hold none in JSON.
    names = NAMES if kind == "odd names" else None
    base = (x[:, 0] + np.nan_to_num(x[:, 1]) * x[:, 2] > 0.6).astype(np.float32)
    label = np.where(base == 1, 1.0, (x[:, 2] > 0.5) * 2.0) if params.get("num_class") else base
    if kind in ("cox", "aft", "gamma", "tweedie", "poisson"):
        label = base + 1
    options = {}
    if kind in ("several targets", "vector leaves"):
        label = np.stack([base, x[:, 0], 1 - base], axis=1)
    if kind == "categories":
        label = np.isin(x[:, 3], [1, 4]).astype(np.float32)
        options = {"feature_types": ["q", "q", "q", "c"], "enable_categorical": True}
    if kind == "named categories":
        label, options = np.isin(x[:, 3], [1, 4]).astype(np.float32), {"enable_categorical": True}
    data = xgboost.DMatrix(named(x) if kind == "named categories" else x, label=label, feature_names=names, **options)
    if kind in ("pairwise", "ndcg"):
        data.set_group([8] * (ROWS // 8))
    if kind == "aft":
        data.set_float_info("label_lower_bound", label)
        data.set_float_info("label_upper_bound", label + 1)
    common = {"max_depth": 2, "eta": 0.5, "nthread": 1, "verbosity": 0}
    rounds = 0 if kind == "no trees" else 2
    objective = own_objective if kind == "own objective" else None
    return xgboost.train({**common, **params}, data, rounds, obj=objective)


def write(directory: Path) -> None:
    folder = directory / xgboost.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for kind, params in kinds().items():
        # Each version's own format of every kind, the others of some.
        formats = [*(["json"] if (1, 0) <= VERSION < (1, 6) or VERSION >= (1, 6) and kind in SOME else [])]
        formats += ["ubj"] if VERSION >= (1, 6) else []
        if VERSION < (1, 0) or VERSION < (3, 1) and kind in ("logistic", "softprob"):
            formats.append("deprecated" if VERSION >= (1, 6) else "model")
        try:
            booster = train(kind, params)
        except xgboost.core.XGBoostError as error:
            print(xgboost.__version__, kind, str(error).splitlines()[0][:100], file=sys.stderr)
            continue
        for suffix in formats:
            path = folder / f"{kind}.{'bin' if suffix in ('deprecated', 'model') else suffix}"
            written = folder / f"file.{suffix}"
            try:
                booster.save_model(str(written))
            except xgboost.core.XGBoostError as error:
                print(xgboost.__version__, kind, suffix, str(error).splitlines()[0][:100], file=sys.stderr)
                continue
            written.rename(path)


def answers(path: Path) -> dict:
    booster = xgboost.Booster({"nthread": 1, "verbosity": 0})
    booster.load_model(bytearray(path.read_bytes()))
    x = generate()[:READ]
    types = ["q", "q", "q", "c"] if "categories" in path.stem else None
    if path.stem == "named categories":
        x[:, 3] = [named(generate())["d"].cat.codes[row] for row in range(READ)]
    rows = xgboost.DMatrix(x, feature_types=types, feature_names=booster.feature_names, enable_categorical=types is not None)
    flat = lambda values: np.asarray(values).astype(float).ravel().tolist()
    return {"margins": flat(booster.predict(rows, output_margin=True)), "values": flat(booster.predict(rows))}


def answered(path: Path) -> dict:
    """{@link answers} of a process of its own, or how it failed."""
    with tempfile.NamedTemporaryFile() as result:
        child = os.fork()
        if child == 0:
            os.close(2)
            try:
                found = answers(path)
            except Exception as error:  # the reader's refusal, whatever its class, is the answer
                found = {"refused": re.sub(r"^\[[\d:]+\] \S+: ", "", str(error).splitlines()[0])[:120]}
            Path(result.name).write_text(json.dumps(found))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        return {"crashed": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else json.loads(Path(result.name).read_text())


def read(directory: Path) -> None:
    document = json.loads(TARGET.read_text()) if TARGET.exists() else {"models": {}}
    document = {"rows": READ, "columns": COLUMNS, "models": document["models"]}
    for path in sorted(directory.glob("*/*.*")):
        key = f"{path.parent.name} {path.suffix[1:]} {path.stem}"
        entry = document["models"].setdefault(key, {"answers": [], "readers": {}})
        entry["model"] = base64.b64encode(gzip.compress(path.read_bytes(), 9, mtime=0)).decode()
        found = answered(path)
        # Readers mostly agree, so an answer is kept once.
        if found not in entry["answers"]:
            entry["answers"].append(found)
        entry["readers"][xgboost.__version__] = entry["answers"].index(found)
    TARGET.write_text(json.dumps(document, separators=(",", ":")).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))
