"""Models and predictions of Python's xgboost that @claims/xgboost must equal bit for bit.

Run once in an environment with xgboost 1.7.5 and once with 3.2.0, each with numpy and scipy:
    python tooling/reference/xgboost-parity.py
Each run replaces its own version's entry. Predictions and margins are base64 of little-endian 32-bit floats; a model is
the SHA-256 of the JSON that the library saves, of which no field depends on time. Data come from a linear congruential
generator that the tests repeat, and labels from additions, multiplications and comparisons of 64-bit floats.
"""

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import scipy.sparse
import xgboost

ROWS, COLUMNS, TRAIN, ROUNDS = 600, 6, 500, 8
NAMES = ["amount", "coverage", "age", "tenure", "claims", "region"]

COMMON = {"nthread": 1, "treeMethod": "hist", "maxDepth": 4, "eta": 0.3, "seed": 7}
BINARY = {"objective": "binary:logistic"}
CASES = {
    "regression": {"target": "score", "params": {"objective": "reg:squarederror"}},
    "absolute": {"target": "score", "params": {"objective": "reg:absoluteerror"}},
    "poisson": {"target": "count", "params": {"objective": "count:poisson"}},
    "gamma": {"target": "positive", "params": {"objective": "reg:gamma"}},
    "tweedie": {"target": "count", "params": {"objective": "reg:tweedie", "tweedieVariancePower": 1.3}},
    "binary": {"target": "binary", "params": BINARY},
    "weighted": {"target": "binary", "weighted": True, "params": {**BINARY, "scalePosWeight": 3}},
    "two threads": {"target": "binary", "params": {**BINARY, "nthread": 2}},
    "exact": {"target": "binary", "params": {**BINARY, "treeMethod": "exact"}},
    "approximate": {"target": "binary", "params": {**BINARY, "treeMethod": "approx"}},
    "sampled": {"target": "binary", "params": {**BINARY, "subsample": 0.7, "colsampleBytree": 0.6, "colsampleBynode": 0.8}},
    "lossguide": {"target": "binary", "params": {**BINARY, "growPolicy": "lossguide", "maxLeaves": 9, "maxDepth": 0}},
    "penalised": {"target": "binary", "params": {**BINARY, "lambda": 3, "alpha": 0.5, "gamma": 0.1, "minChildWeight": 4}},
    "multiclass": {"target": "class", "params": {"objective": "multi:softprob", "numClass": 3}},
    "sparse": {"target": "binary", "layout": "csr", "params": BINARY},
    "categorical": {"target": "binary", "layout": "categorical", "params": {**BINARY, "maxCatToOnehot": 2}},
    "one-hot": {"target": "score", "layout": "categorical", "params": {"objective": "reg:squarederror", "maxCatToOnehot": 20}},
    "monotone": {"target": "binary", "params": {**BINARY, "monotoneConstraints": [1, 0, 0, 0, -1, 0]}},
    "interaction": {"target": "binary", "params": {**BINARY, "interactionConstraints": [[0, 1], [2, 3, 4, 5]]}},
    "dart": {"target": "binary", "params": {**BINARY, "booster": "dart", "rateDrop": 0.3, "skipDrop": 0.2}},
    "linear": {"target": "binary", "params": {**BINARY, "booster": "gblinear", "updater": "coord_descent", "treeMethod": None, "maxDepth": None}},
    "random forest": {"target": "binary", "rounds": 1, "params": {**BINARY, "numParallelTree": 12, "subsample": 0.8, "colsampleBynode": 0.7, "eta": 1}},
    "pairwise": {"target": "grade", "params": {"objective": "rank:pairwise"}},
    "ndcg": {"target": "grade", "params": {"objective": "rank:ndcg"}},
    "cox": {"target": "survival", "params": {"objective": "survival:cox"}},
    "aft": {"target": "bounds", "params": {"objective": "survival:aft", "aftLossDistribution": "normal", "aftLossDistributionScale": 1.2}},
    "margin": {"target": "binary", "baseMargin": True, "params": BINARY},
}


def generate() -> np.ndarray:
    state, cells = 1, np.empty(ROWS * COLUMNS, dtype=np.float32)
    for index in range(cells.size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        cells[index] = np.float32(state / 0x80000000)
    x = cells.reshape(ROWS, COLUMNS)
    x[:, 5] = np.floor(x[:, 5] * 9)
    x[::7, 3] = np.nan
    return x


def targets(x: np.ndarray) -> dict[str, np.ndarray]:
    wide, row = x.astype(np.float64), np.arange(ROWS)
    score = wide[:, 0] + wide[:, 1] * wide[:, 2] + np.where(wide[:, 5] % 3 == 1, 0.25, 0.0)
    binary = (score > 0.9).astype(np.float64)
    binary[::11] = 1 - binary[::11]
    return {
        "score": score,
        "positive": score + 0.5,
        "count": np.floor(score * 3),
        "binary": binary,
        "class": (score > 0.7).astype(np.float64) + (score > 1.1),
        "grade": np.minimum(3, np.floor(score * 2)),
        "survival": np.where(row % 3 == 0, -1, 1) * (score + 0.5),
        "lower": score + 0.5,
        "upper": np.where(row % 4 == 0, np.inf, score + 0.75),
    }


def sparse(x: np.ndarray) -> scipy.sparse.csr_matrix:
    """Keeps the cells of at least 0.4; the others are absent, which means missing."""
    kept = x >= 0.4
    offsets = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return scipy.sparse.csr_matrix((x[kept], np.nonzero(kept)[1], offsets), shape=x.shape)


def matrix_of(case: dict, x: np.ndarray, rows: slice, labelled: bool) -> xgboost.DMatrix:
    layout, target, all_targets = case.get("layout", "dense"), case["target"], targets(x)
    fields: dict = {}
    if layout == "categorical":
        fields = {"feature_types": ["float"] * 5 + ["c"], "enable_categorical": True}
    if labelled:
        row = np.arange(ROWS)[rows]
        if target == "bounds":
            fields |= {"label_lower_bound": all_targets["lower"][rows].astype(np.float32), "label_upper_bound": all_targets["upper"][rows].astype(np.float32)}
        else:
            fields["label"] = all_targets[target][rows].astype(np.float32)
        if target == "grade":
            fields["qid"] = (row // 10).astype(np.uint32)
        if case.get("weighted"):
            fields["weight"] = np.where(row % 3 == 0, 2.0, 0.5).astype(np.float32)
        if case.get("baseMargin"):
            fields["base_margin"] = x[rows, 0] - np.float32(0.5)
    values = sparse(x[rows]) if layout == "csr" else x[rows]
    return xgboost.DMatrix(values, feature_names=NAMES, nthread=1, **fields)


def native(name: str, value: object) -> tuple[str, object]:
    snake = re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name)
    if snake == "monotone_constraints":
        return snake, "(" + ",".join(map(str, value)) + ")"
    return snake, json.dumps(value) if snake == "interaction_constraints" else value


def encode(values: np.ndarray) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def main() -> None:
    x, entry, parameters = generate(), {}, {}
    for name, case in CASES.items():
        params = {key: value for key, value in {**COMMON, **case["params"]}.items() if value is not None}
        rounds = case.get("rounds", ROUNDS)
        parameters[name] = {**case, "params": params, "rounds": rounds}
        booster = xgboost.train(dict(native(*pair) for pair in params.items()), matrix_of(case, x, slice(0, TRAIN), True), rounds)
        booster.set_attr(best_iteration=None, best_ntree_limit=None)  # Python's package 1.x adds them to every model.
        rows = matrix_of(case, x, slice(TRAIN, ROWS), False)
        entry[name] = {
            "predictions": encode(booster.predict(rows)),
            "margins": encode(booster.predict(rows, output_margin=True)),
            "contributions": encode(booster.predict(rows, pred_contribs=True)[:5]),
            "leaves": None if params.get("booster") == "gblinear" else encode(booster.predict(rows, pred_leaf=True)[:20]),
            "model": hashlib.sha256(bytes(booster.save_raw(raw_format="json"))).hexdigest(),
        }
    target = Path(__file__).parent / "values" / "xgboost-parity.json"
    document = json.loads(target.read_text()) if target.exists() else {"versions": {}}
    versions = {**document["versions"], xgboost.__version__: entry}
    shape = {"rows": ROWS, "columns": COLUMNS, "train": TRAIN, "names": NAMES}
    target.write_text(json.dumps({**shape, "cases": parameters, "versions": dict(sorted(versions.items()))}, indent=1) + "\n")


if __name__ == "__main__":
    main()
