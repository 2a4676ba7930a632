"""Reference Shapley values for @claims/models from Python's shap, by its own TreeSHAP and not XGBoost's.

    python tooling/reference/models-contributions.py
Data come from the linear congruential generator of xgboost-core.py.
"""

import json
from pathlib import Path

import numpy as np
import shap
import xgboost

ROWS, COLUMNS = 400, 5


def generate() -> tuple[np.ndarray, np.ndarray]:
    state, cells = 1, np.empty(ROWS * COLUMNS, dtype=np.float32)
    for index in range(cells.size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        cells[index] = np.float32(state / 0x80000000)
    x = cells.reshape(ROWS, COLUMNS)
    x[::7, 3] = np.nan
    label = (x[:, 0].astype(np.float64) + x[:, 1].astype(np.float64) * x[:, 2].astype(np.float64) > 0.75).astype(np.float32)
    label[::11] = 1 - label[::11]
    return x, label


def main() -> None:
    x, label = generate()
    params = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.3, "base_score": 0.35,
              "subsample": 0.8, "min_child_weight": 0.5, "nthread": 1, "seed": 3}
    booster = xgboost.train(params, xgboost.DMatrix(x, label=label, nthread=1), 25)
    rows = x[380:400]
    explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    explainer.model.model_type = "internal"  # shap's own algorithm, where XGBoost's pred_contribs would be called
    values = explainer.shap_values(rows, check_additivity=False)
    matrix = xgboost.DMatrix(rows, nthread=1)
    native = booster.predict(matrix, pred_contribs=True)
    print("shap against xgboost:", np.abs(values - native[:, :-1]).max())
    document = {
        "versions": {"shap": shap.__version__, "xgboost": xgboost.__version__},
        "model": bytes(booster.save_raw(raw_format="json")).decode(),
        "rows": [[None if np.isnan(cell) else float(cell) for cell in row] for row in rows],
        "shap": values.astype(float).tolist(),
        "xgboost": native.astype(float).tolist(),
        "margins": booster.predict(matrix, output_margin=True).astype(float).tolist(),
    }
    target = Path(__file__).parent / "values" / "models-contributions.json"
    target.write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
