"""Isotonic and sigmoid calibration by scikit-learn, and the sigmoid's optimum by SciPy to more digits."""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

rng = np.random.default_rng(5)
grid = np.concatenate([np.linspace(0, 1, 41), rng.random(40)])


def problem(name, rows, distort, decimals=None):
    score = rng.normal(size=rows) * 1.5 - 1
    y = (rng.random(rows) < expit(score)).astype(int)
    p = expit(distort * score + 0.4)
    if decimals is not None:
        p = np.round(p, decimals)
    isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(p, y)
    f = logit(np.clip(p, 1e-12, 1 - 1e-12))
    sklearn_sigmoid = _SigmoidCalibration().fit(f, y)
    positives = y.sum()
    goal = np.where(y == 1, (positives + 1) / (positives + 2), 1 / (rows - positives + 2))

    def loss(ab):
        z = ab[0] * f + ab[1]
        return np.sum(np.logaddexp(0, z) - goal * z)

    def gradient(ab):
        r = expit(ab[0] * f + ab[1]) - goal
        return np.array([r @ f, r.sum()])

    best = minimize(loss, [0.5, 0.0], jac=gradient, method="BFGS", options={"gtol": 1e-9})
    return {
        "name": name,
        "probabilities": p.tolist(),
        "target": y.tolist(),
        "isotonic": isotonic.predict(grid).tolist(),
        "isotonic_corners": {
            "x": isotonic.X_thresholds_.tolist(),
            "y": isotonic.y_thresholds_.tolist(),
        },
        "sigmoid_scikit_learn": {"slope": -float(sklearn_sigmoid.a_), "intercept": -float(sklearn_sigmoid.b_)},
        "sigmoid_optimum": {"slope": float(best.x[0]), "intercept": float(best.x[1])},
    }


out = pathlib.Path(__file__).parent / "values" / "models-calibration.json"
out.write_text(
    json.dumps(
        {
            "made_with": {
                "scikit_learn": sklearn.__version__,
                "numpy": np.__version__,
                "scipy": scipy.__version__,
            },
            "grid": grid.tolist(),
            "cases": [
                problem("overconfident", 200, 1.8),
                problem("underconfident, tied", 300, 0.5, decimals=2),
                problem("with zeros and ones", 120, 3.0, decimals=1),
            ],
        }
    )
    + "\n"
)
