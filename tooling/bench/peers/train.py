"""The peer of `claims train`: reads a labelled CSV, median and one-hot, five folds, a final fit, AUC.

Arguments: data file, threads, file of test row numbers (uint32), label column, its positive value, id column.
Prints one JSON document with the seconds of each stage, imports left out.
"""

import json
import resource
import sys
import time

started = time.perf_counter()
import numpy as np
import pandas as pd
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

path, threads, test_rows, label, positive, identifier = sys.argv[1:7]
stages = {}
last = imported = time.perf_counter()


def stage(name):
    global last
    now = time.perf_counter()
    stages[name] = stages.get(name, 0.0) + now - last
    last = now


data = pd.read_csv(path)
y = (data[label] == positive).to_numpy().astype(np.int32)
x = data.drop(columns=[label, identifier])
stage("read")
numeric = [name for name in x.columns if x[name].dtype.kind in "iufb"]
levels = {name: x[name].nunique() for name in x.columns if name not in numeric}
few = [name for name, count in levels.items() if count <= 10]
many = [name for name, count in levels.items() if count > 10]
# The split of its own is part of its work; the rows are those that the other side tested on.
train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=42)
in_test = np.zeros(len(y), dtype=bool)
in_test[np.fromfile(test_rows, dtype=np.uint32)] = True
x_train, x_test, y_train, y_test = x[~in_test], x[in_test], y[~in_test], y[in_test]
stage("split")


def fit(rows, labels):
    encoder = ColumnTransformer(
        [
            ("numbers", SimpleImputer(strategy="median"), numeric),
            ("few", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), few),
            ("many", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), many),
        ]
    )
    matrix = encoder.fit_transform(rows).astype(np.float32)
    stage("encode")
    model = xgboost.XGBClassifier(
        n_estimators=100,
        max_depth=6,
        learning_rate=0.1,
        tree_method="hist",
        n_jobs=int(threads),
        random_state=42,
    )
    model.fit(matrix, labels)
    stage("fit")

    def predict(new):
        encoded = encoder.transform(new).astype(np.float32)
        stage("encode")
        probability = model.predict_proba(encoded)[:, 1]
        stage("predict")
        return probability

    return predict


fold_auc = []
for train, test in StratifiedKFold(5, shuffle=True, random_state=42).split(x_train, y_train):
    predict = fit(x_train.iloc[train], y_train[train])
    fold_auc.append(roc_auc_score(y_train[test], predict(x_train.iloc[test])))
    stage("score")
predict = fit(x_train, y_train)
auc = roc_auc_score(y_test, predict(x_test))
stage("score")
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "seconds": last - imported,
            "processor_seconds": usage.ru_utime + usage.ru_stime,
            "import_seconds": imported - started,
            "stages": stages,
            "peak_bytes": usage.ru_maxrss * 1024,
            "xgboost_version": xgboost.__version__,
            "cross_validated_roc_auc": float(np.mean(fold_auc)),
            "roc_auc": float(auc),
        }
    )
)
