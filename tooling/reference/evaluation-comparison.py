"""Values of scikit-learn, SciPy and NumPy that compareModels of packages/evaluation is tested against.

Run: python tooling/reference/evaluation-comparison.py
Needs numpy, scipy and scikit-learn; writes tooling/reference/values/evaluation-comparison.json.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics


def kernel(target, score):
    """Psi of every pair of a positive and a negative row, from the definition."""
    x = score[target == 1][:, None]
    y = score[target == 0][None, :]
    return (x > y) + 0.5 * (x == y)


def t_result(difference, variance, freedom):
    error = np.sqrt(variance)
    half = stats.t.ppf(0.975, freedom) * error
    return {
        "difference": difference,
        "lower": difference - half,
        "upper": difference + half,
        "p_value": 2 * stats.t.sf(abs(difference) / error, freedom),
    }


def paired_delong(target, a, b):
    """DeLong, DeLong & Clarke-Pearson (1988): the contrast of the covariance matrix of both AUCs; degrees of freedom by
    Welch and Satterthwaite. `p_normal` is the classical test by the normal distribution."""
    psi = [kernel(target, a), kernel(target, b)]
    s10 = np.cov([each.mean(axis=1) for each in psi])
    s01 = np.cov([each.mean(axis=0) for each in psi])
    m, n = psi[0].shape
    contrast = np.array([-1, 1])
    positive = contrast @ s10 @ contrast / m
    negative = contrast @ s01 @ contrast / n
    variance = positive + negative
    freedom = variance**2 / (positive**2 / (m - 1) + negative**2 / (n - 1))
    difference = metrics.roc_auc_score(target, b) - metrics.roc_auc_score(target, a)
    return {
        **t_result(difference, variance, freedom),
        "variance": variance,
        "p_normal": 2 * stats.norm.sf(abs(difference) / np.sqrt(variance)),
    }


def grouped_delong(target, a, b, groups):
    """Obuchowski (1997) for the difference of two AUCs of clustered rows, from the definition."""
    psi = kernel(target, b) - kernel(target, a)
    m, n = psi.shape
    difference = psi.mean()
    names = np.unique(groups)
    of_positive, of_negative = psi.mean(axis=1) - difference, psi.mean(axis=0) - difference
    gp, gn = groups[target == 1], groups[target == 0]
    v10 = np.array([of_positive[gp == g].sum() for g in names]) / m
    v01 = np.array([of_negative[gn == g].sum() for g in names]) / n
    hold_p, hold_n = len(np.unique(gp)), len(np.unique(gn))
    positive = (v10**2).sum() * hold_p / (hold_p - 1)
    negative = (v01**2).sum() * hold_n / (hold_n - 1)
    common = 2 * (v10 * v01).sum() * len(names) / (len(names) - 1)
    freedom = (positive + negative) ** 2 / (positive**2 / (hold_p - 1) + negative**2 / (hold_n - 1))
    return t_result(difference, positive + negative + common, freedom)


def paired_t(apart):
    result = stats.ttest_1samp(apart, 0)
    interval = result.confidence_interval(0.95)
    return {"difference": apart.mean(), "lower": interval.low, "upper": interval.high, "p_value": result.pvalue}


def clustered_t(apart, groups):
    """Mean of rows in groups: variance of the ratio of group sums and group sizes."""
    names = np.unique(groups)
    residual = np.array([(apart[groups == g] - apart.mean()).sum() for g in names]) / len(apart)
    variance = (residual**2).sum() * len(names) / (len(names) - 1)
    return t_result(apart.mean(), variance, len(names) - 1)


def paired_share(only_a, only_b, n):
    """MOVER of two disjoint shares of n rows with Wilson's intervals and their multinomial correlation."""
    def wilson(k):
        interval = stats.binomtest(int(k), int(n)).proportion_ci(0.95, method="wilson")
        return k / n, interval.low, interval.high

    b, lb, ub = wilson(only_b)
    a, la, ua = wilson(only_a)
    r = -np.sqrt(a * b / ((1 - a) * (1 - b)))
    d = b - a
    return {
        "difference": d,
        "lower": d - np.sqrt((b - lb) ** 2 - 2 * r * (b - lb) * (ua - a) + (ua - a) ** 2),
        "upper": d + np.sqrt((ub - b) ** 2 - 2 * r * (ub - b) * (a - la) + (a - la) ** 2),
    }


def bootstrap(statistic, target, a, b):
    """scipy.stats.bootstrap of the pairs, percentile; a resample that lacks a class counts as missing."""
    def difference(y, first, second):
        if y.min() == y.max():
            return np.nan
        return statistic(y, second) - statistic(y, first)

    result = stats.bootstrap(
        (target, a, b), difference, paired=True, vectorized=False, n_resamples=9999,
        method="percentile", rng=np.random.default_rng(3),
    )
    d = difference(target, a, b)
    return {"difference": d, "lower": result.confidence_interval.low, "upper": result.confidence_interval.high}


def case(name, target, a, b, thresholds, groups):
    y, a, b, g = (np.asarray(v) for v in (target, a, b, groups))
    fa, fb = a >= thresholds[0], b >= thresholds[1]
    loss = lambda p: -np.where(y == 1, np.log(p), np.log(1 - p))
    brier = (b - y) ** 2 - (a - y) ** 2
    log_loss = loss(b) - loss(a)
    right_a, right_b = fa == (y == 1), fb == (y == 1)
    pos, neg = y == 1, y == 0
    at = lambda f, t: lambda yy, p: f(yy, (p >= t).astype(int))
    f1 = lambda yy, p: metrics.f1_score(yy, p, zero_division=0)
    # Thresholds differ, so decisions are resampled as scores: both cut at 0.5.
    shifted = lambda p, t: np.where(p >= t, 0.75, 0.25)
    return {
        "name": name,
        "target": y.tolist(), "a": a.tolist(), "b": b.tolist(), "groups": g.tolist(), "thresholds": thresholds,
        "roc_auc": paired_delong(y, a, b),
        "roc_auc_grouped": grouped_delong(y, a, b, g),
        "brier": paired_t(brier),
        "log_loss": paired_t(log_loss),
        "brier_grouped": clustered_t(brier, g),
        "accuracy": paired_share((right_a & ~right_b).sum(), (right_b & ~right_a).sum(), len(y)),
        "recall": paired_share((fa & ~fb)[pos].sum(), (fb & ~fa)[pos].sum(), pos.sum()),
        "specificity": paired_share((~fa & fb)[neg].sum(), (~fb & fa)[neg].sum(), neg.sum()),
        "average_precision": bootstrap(metrics.average_precision_score, y, a, b),
        "f1": bootstrap(at(f1, 0.5), y, shifted(a, thresholds[0]), shifted(b, thresholds[1])),
        "mcc": bootstrap(at(metrics.matthews_corrcoef, 0.5), y, shifted(a, thresholds[0]), shifted(b, thresholds[1])),
    }


def main():
    rng = np.random.default_rng(31)
    groups = rng.integers(0, 60, 300)
    common = rng.normal(0, 0.6, 60)[groups]
    z = rng.normal(-1.2, 1.2, 300) + common
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    outcome = (rng.random(300) < sigmoid(z)).astype(int)
    a = sigmoid(z + rng.normal(0, 1.0, 300))
    b = sigmoid(z + rng.normal(0, 0.5, 300))
    cases = [
        case("apart", outcome, a, b, [0.3, 0.35], groups),
        case("tied", outcome, np.round(a, 1) * 0.98 + 0.01, np.round(b, 1) * 0.98 + 0.01, [0.305, 0.305], groups),
        case("alike", outcome[:120], a[:120], sigmoid(np.log(a / (1 - a)) + rng.normal(0, 0.2, 300))[:120], [0.4, 0.4], groups[:120]),
    ]
    document = {
        "made_by": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "cases": cases,
    }
    path = Path(__file__).parent / "values" / "evaluation-comparison.json"
    path.write_text(json.dumps(document) + "\n")


main()
