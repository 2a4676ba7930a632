"""The work of `claims train` on freMTPL2 in pandas, scikit-learn and XGBoost.

The core: read, hold out, five folds with the encoders fitted inside each, isotonic calibration on out-of-fold scores,
fit on all training rows, test once, save. Then intervals, global contributions and a reference profile. Left out of
the peer: leakage scan, report and model card. Arguments: data file, threads, file of test row numbers (uint32).
Prints one JSON document.
"""

import json
import resource
import sys
import tempfile
import time

started = time.perf_counter()
import numpy as np
import pandas as pd
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

path, threads, test_rows = sys.argv[1], int(sys.argv[2]), sys.argv[3]
imported = time.perf_counter()
numeric = ["Exposure", "VehPower", "VehAge", "DrivAge", "BonusMalus", "Density"]
data = pd.read_csv(path)
read = time.perf_counter()
y = (data["ClaimNb"] > 0).to_numpy().astype(np.int32)
x = data.drop(columns=["IDpol", "ClaimNb"])
in_test = np.zeros(len(y), dtype=bool)
in_test[np.fromfile(test_rows, dtype=np.uint32)] = True
x_train, x_test, y_train, y_test = x[~in_test], x[in_test], y[~in_test], y[in_test]


def fit(rows, labels):
    encoder = ColumnTransformer(
        [
            ("numbers", "passthrough", numeric),
            ("area", OrdinalEncoder(categories=[list("ABCDEF")]), ["Area"]),
            ("targets", TargetEncoder(smooth=20.0, cv=5, random_state=42), ["VehBrand", "Region"]),
            ("gas", OneHotEncoder(sparse_output=False), ["VehGas"]),
        ]
    )
    matrix = encoder.fit_transform(rows, labels).astype(np.float32)
    before = time.perf_counter()
    model = xgboost.XGBClassifier(
        n_estimators=100, max_depth=6, learning_rate=0.1, tree_method="hist", n_jobs=threads, random_state=42
    )
    model.fit(matrix, labels)
    global native
    native += time.perf_counter() - before
    encode = lambda new: encoder.transform(new).astype(np.float32)
    return lambda new: model.predict_proba(encode(new))[:, 1], model, encode


native = 0.0
out_of_fold = np.zeros(len(y_train))
fold_auc = []
for train, test in StratifiedKFold(5, shuffle=True, random_state=42).split(x_train, y_train):
    predict, _, _ = fit(x_train.iloc[train], y_train[train])
    out_of_fold[test] = predict(x_train.iloc[test])
    fold_auc.append(roc_auc_score(y_train[test], out_of_fold[test]))
calibrator = IsotonicRegression(out_of_bounds="clip").fit(out_of_fold, y_train)
predict, model, encode = fit(x_train, y_train)
score = calibrator.predict(predict(x_test))
metrics = {
    "roc_auc": roc_auc_score(y_test, predict(x_test)),
    "average_precision": average_precision_score(y_test, score),
    "brier": brier_score_loss(y_test, score),
    "log_loss": log_loss(y_test, np.clip(score, 1e-6, 1 - 1e-6)),
}
with tempfile.NamedTemporaryFile(suffix=".ubj") as file:
    model.save_model(file.name)
core = time.perf_counter()

# What the bundle holds beside the model: intervals by stratified bootstrap, global contributions, reference profile.
generator = np.random.default_rng(42)
classes = [np.flatnonzero(y_test == label) for label in (0, 1)]
intervals = []
for _ in range(200):
    drawn = np.concatenate([generator.choice(rows, len(rows)) for rows in classes])
    truth, chance = y_test[drawn], score[drawn]
    intervals.append(
        (
            average_precision_score(truth, chance),
            brier_score_loss(truth, chance),
            log_loss(truth, np.clip(chance, 1e-6, 1 - 1e-6)),
        )
    )
bounds = np.quantile(intervals, [0.025, 0.975], axis=0)
sample = x_test.iloc[generator.choice(len(x_test), 2000, replace=False)]
contributions = model.get_booster().predict(xgboost.DMatrix(encode(sample)), pred_contribs=True)
importance = np.abs(contributions[:, :-1]).mean(axis=0)
profile = [np.nanquantile(x_train[column], np.linspace(0, 1, 101)) for column in numeric]
counts = [x_train[column].value_counts() for column in x_train.columns if column not in numeric]
finished = time.perf_counter()
print(
    json.dumps(
        {
            "seconds": finished - imported,
            "core_seconds": core - imported,
            "import_seconds": imported - started,
            "read_seconds": read - imported,
            "xgboost_seconds": native,
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "xgboost_version": xgboost.__version__,
            "cross_validated_roc_auc": float(np.mean(fold_auc)),
            **metrics,
        }
    )
)
