"""Values of scikit-learn, SciPy and NumPy that packages/evaluation is tested against.

Run: python tooling/reference/evaluation-metrics.py
Needs numpy, scipy and scikit-learn; writes tooling/reference/values/evaluation-metrics.json.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve


def delong(target, score):
    """Variance by DeLong, DeLong & Clarke-Pearson (1988), from the definition: placement values over all pairs; degrees of
    freedom by Welch and Satterthwaite, as in scipy.stats.brunnermunzel."""
    x = score[target == 1][:, None]
    y = score[target == 0][None, :]
    psi = (x > y) + 0.5 * (x == y)
    v10 = psi.mean(axis=1)
    v01 = psi.mean(axis=0)
    a = v10.var(ddof=1) / len(v10)
    b = v01.var(ddof=1) / len(v01)
    return a + b, (a + b) ** 2 / (a**2 / (len(v10) - 1) + b**2 / (len(v01) - 1))


def expected_calibration_error(target, p):
    bins = np.minimum(np.floor(p * 10), 9)
    return sum(
        (bins == b).mean() * abs(p[bins == b].mean() - target[bins == b].mean()) for b in range(10) if (bins == b).any()
    )


def wilson(k, n):
    interval = stats.binomtest(int(k), int(n)).proportion_ci(0.95, method="wilson")
    return [interval.low, interval.high]


def curve(values):
    return [float(v) for v in values]


def case(name, target, p, threshold):
    y = np.asarray(target)
    p = np.asarray(p, dtype=float)
    predicted = (p >= threshold).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(y, predicted, labels=[0, 1]).ravel()
    auc = metrics.roc_auc_score(y, p)
    variance, freedom = delong(y, p)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance) / (auc * (1 - auc)) if 0 < auc < 1 else None
    logit = np.log(auc / (1 - auc)) if 0 < auc < 1 else None
    fpr, tpr, _ = metrics.roc_curve(y, p, drop_intermediate=False)
    precision, recall, thresholds = metrics.precision_recall_curve(y, p)
    out = {
        "name": name,
        "target": [int(v) for v in y],
        "probability": curve(p),
        "threshold": threshold,
        "metrics": {
            "roc_auc": auc,
            "average_precision": metrics.average_precision_score(y, p),
            "log_loss": metrics.log_loss(y, p),
            "brier": metrics.brier_score_loss(y, p),
            "expected_calibration_error": expected_calibration_error(y, p),
            "ks": stats.ks_2samp(p[y == 1], p[y == 0]).statistic,
            "gini": 2 * auc - 1,
            "accuracy": metrics.accuracy_score(y, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, predicted),
            "precision": metrics.precision_score(y, predicted, zero_division=0),
            "recall": metrics.recall_score(y, predicted),
            "specificity": metrics.recall_score(y, predicted, pos_label=0),
            "f1": metrics.f1_score(y, predicted, zero_division=0),
            "mcc": metrics.matthews_corrcoef(y, predicted),
            "kappa": metrics.cohen_kappa_score(y, predicted),
        },
        "confusion": {"tn": int(tn), "fp": int(fp), "fn": int(fn), "tp": int(tp)},
        "delong": {
            "variance": variance,
            "interval": None
            if half is None
            else [1 / (1 + np.exp(-(logit - half))), 1 / (1 + np.exp(-(logit + half)))],
        },
        "wilson": {
            "accuracy": wilson(tn + tp, len(y)),
            "recall": wilson(tp, tp + fn),
            "specificity": wilson(tn, tn + fp),
            "precision": wilson(tp, tp + fp) if tp + fp > 0 else [0, 1],
        },
        "roc": {"fpr": curve(fpr), "tpr": curve(tpr)},
        "precision_recall": {
            "precision": curve(precision[:-1][::-1]),
            "recall": curve(recall[:-1][::-1]),
            "threshold": curve(thresholds[::-1]),
        },
        "calibration": {},
    }
    for strategy in ("uniform", "quantile"):
        true, mean = calibration_curve(y, p, n_bins=10, strategy=strategy)
        out["calibration"][strategy] = {"positive_rate": curve(true), "mean_probability": curve(mean)}
    return out


def corrected_t(values, share):
    values = np.asarray(values)
    k = len(values)
    error = np.sqrt(values.var(ddof=1) * (1 / k + share / (1 - share)))
    t = values.mean() / error
    half = stats.t.ppf(0.975, k - 1) * error
    return {
        "values": curve(values),
        "test_share": share,
        "mean": values.mean(),
        "standard_error": error,
        "lower": values.mean() - half,
        "upper": values.mean() + half,
        "statistic": t,
        "p_value": 2 * stats.t.sf(abs(t), k - 1),
    }


def main():
    rng = np.random.default_rng(20)
    z = rng.normal(-1.5, 1.3, 400)
    smooth = 1 / (1 + np.exp(-z))
    outcome = (rng.random(400) < smooth).astype(int)
    tied = np.round(smooth, 1)
    rare = np.clip(rng.beta(1, 30, 500), 1e-6, 1)
    rare_outcome = (rng.random(500) < 2 * rare).astype(int)
    cases = [
        case("smooth", outcome, smooth, 0.31),
        case("tied", outcome, tied, 0.3),
        case("rare", rare_outcome, rare, 0.08),
        case("backward", outcome, 1 - smooth, 0.5),
        case("nothing flagged", outcome[:60], smooth[:60] * 0.5, 0.9),
        case("zero and one", [0, 0, 1, 1, 0, 1], [0.0, 1.0, 1.0, 0.0, 0.25, 0.75], 0.5),
    ]
    folds = [
        corrected_t([0.84, 0.86, 0.85, 0.83, 0.87], 0.2),
        corrected_t([0.71, 0.69, 0.73], 1 / 3),
        corrected_t([0.01, -0.004, 0.006, 0.012, 0.002, 0.007, 0.009, -0.001, 0.004, 0.008], 0.1),
    ]
    proportions = [
        {"successes": k, "trials": n, "interval": wilson(k, n)}
        for k, n in [(0, 10), (10, 10), (8, 10), (1, 1000), (49, 200)]
    ]
    document = {
        "made_by": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "cases": cases,
        "folds": folds,
        "proportions": proportions,
    }
    path = Path(__file__).parent / "values" / "evaluation-metrics.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document) + "\n")


main()
