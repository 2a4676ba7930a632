"""Reference values for @claims/xgboost from Python's xgboost.

Run once in an environment with xgboost 1.7.5 and once with 3.2.0; each run replaces its own version's entry:
    python tooling/reference/xgboost-core.py
Data come from a linear congruential generator that the tests repeat.
"""

import json
from pathlib import Path

import numpy as np
import xgboost

ROWS, COLUMNS, ROUNDS = 400, 5, 12


def generate() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    state, cells = 1, np.empty(ROWS * COLUMNS, dtype=np.float32)
    for index in range(cells.size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        cells[index] = np.float32(state / 0x80000000)
    x = cells.reshape(ROWS, COLUMNS)
    x[::7, 3] = np.nan
    label = (x[:, 0].astype(np.float64) + x[:, 1].astype(np.float64) * x[:, 2].astype(np.float64) > 0.75).astype(np.float32)
    label[::11] = 1 - label[::11]
    weight = np.where(np.arange(ROWS) % 3 == 0, 2.0, 1.0).astype(np.float32)
    return x, label, weight


def values_of(booster: xgboost.Booster, x: np.ndarray) -> dict:
    rows = xgboost.DMatrix(x, feature_names=booster.feature_names)
    return {
        "predictions": booster.predict(rows).astype(float).tolist(),
        "margins": booster.predict(rows, output_margin=True).astype(float).tolist(),
        "contributions": booster.predict(rows, pred_contribs=True).astype(float).ravel().tolist(),
    }


def main() -> None:
    x, label, weight = generate()
    names = ["amount", "coverage", "age", "tenure", "claims"]
    common = {"nthread": 1, "tree_method": "hist", "max_depth": 3, "eta": 0.3, "base_score": 0.5, "seed": 7}
    cases = {
        "logistic": {"objective": "binary:logistic", "eval_metric": ["auc", "logloss"]},
        "sampled": {"objective": "binary:logistic", "eval_metric": ["logloss"], "subsample": 0.7, "colsample_bytree": 0.6},
        "constrained": {"objective": "binary:logistic", "eval_metric": ["logloss"], "monotone_constraints": "(1,0,0,0,-1)"},
        "squared": {"objective": "reg:squarederror", "eval_metric": ["rmse"], "lambda": 2.5, "min_child_weight": 5},
    }
    entry = {"cases": {}}
    for name, extra in cases.items():
        data = xgboost.DMatrix(x[:300], label=label[:300], weight=weight[:300], feature_names=names, nthread=1)
        valid = xgboost.DMatrix(x[300:], label=label[300:], feature_names=names, nthread=1)
        history: dict = {}
        booster = xgboost.train({**common, **extra}, data, ROUNDS, evals=[(valid, "valid")], evals_result=history, verbose_eval=False)
        entry["cases"][name] = {**values_of(booster, x[300:320]), "history": history["valid"]}
        if name == "logistic":
            entry["model"] = bytes(booster.save_raw(raw_format="json")).decode()
            entry["scores"] = {kind: booster.get_score(importance_type=kind) for kind in ("weight", "gain", "cover", "total_gain")}

    target = Path(__file__).parent / "values" / "xgboost-core.json"
    document = json.loads(target.read_text()) if target.exists() else {"rows": ROWS, "columns": COLUMNS, "rounds": ROUNDS, "versions": {}}
    document["versions"][xgboost.__version__] = entry
    document["versions"] = dict(sorted(document["versions"].items()))
    target.write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
