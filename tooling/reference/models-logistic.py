"""Coefficients of scikit-learn's LogisticRegression for several penalties and weights."""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(11)
rows, columns = 240, 5
x = rng.normal(size=(rows, columns))
x[:, 1] = 0.9 * x[:, 0] + 0.4 * x[:, 1]
x[:, 3] = (x[:, 3] > 0.8).astype(float)
x = x.astype(np.float32)
margin = 1.2 * x[:, 0] - 0.8 * x[:, 2] + 0.9 * x[:, 3] - 1.1
y = (rng.random(rows) < 1 / (1 + np.exp(-margin))).astype(int)
weights = rng.integers(1, 6, size=rows) / 2

cases = []


def add(name, c, l1_ratio, weighted=False, class_weight=None, scale=1.0, shift=0.0):
    data = x.copy()
    data[:, 2] = (data[:, 2] * np.float32(scale) + np.float32(shift)).astype(np.float32)
    smooth = l1_ratio == 0
    model = LogisticRegression(
        C=c,
        l1_ratio=l1_ratio,
        solver="newton-cholesky" if smooth else "saga",
        tol=1e-12 if smooth else 1e-10,
        max_iter=1000 if smooth else 400_000,
        class_weight=class_weight,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(data.astype(np.float64), y, sample_weight=weights if weighted else None)
    cases.append(
        {
            "name": name,
            "parameters": {
                "c": c,
                "l1_ratio": l1_ratio,
                "class_weight": class_weight or "none",
            },
            "weighted": weighted,
            "scale": scale,
            "shift": shift,
            "coefficients": model.coef_[0].tolist(),
            "intercept": float(model.intercept_[0]),
        }
    )


add("ridge", 1.0, 0.0)
add("strong ridge", 0.01, 0.0)
add("weak ridge", 1000.0, 0.0)
add("ridge, weighted", 1.0, 0.0, weighted=True)
add("ridge, balanced", 1.0, 0.0, class_weight="balanced")
add("ridge, balanced and weighted", 0.5, 0.0, weighted=True, class_weight="balanced")
add("ridge, a column in thousands", 1.0, 0.0, scale=250.0, shift=4000.0)
add("lasso", 0.3, 1.0)
add("strong lasso", 0.05, 1.0)
add("lasso, weighted", 0.1, 1.0, weighted=True)
add("elastic net", 0.2, 0.5)
add("elastic net, balanced", 0.2, 0.3, class_weight="balanced")

out = pathlib.Path(__file__).parent / "values" / "models-logistic.json"
out.parent.mkdir(exist_ok=True)
out.write_text(
    json.dumps(
        {
            "made_with": {"scikit_learn": sklearn.__version__, "numpy": np.__version__},
            "x": [[float(v) for v in row] for row in x],
            "y": y.tolist(),
            "weights": weights.tolist(),
            "cases": cases,
        }
    )
    + "\n"
)
