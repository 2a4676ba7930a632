"""Reference values for the ways of training and predicting that @claims/xgboost offers, from Python's xgboost.

Run once in an environment with xgboost 1.7.5 and once with 3.2.0; each run replaces its own version's entry:
    python tooling/reference/xgboost-training.py
Data are those of xgboost-core.py.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import scipy.sparse
import xgboost

HERE = Path(__file__).parent
specification = importlib.util.spec_from_file_location("core", HERE / "xgboost-core.py")
core = importlib.util.module_from_spec(specification)
specification.loader.exec_module(core)

NAMES = ["amount", "coverage", "age", "tenure", "claims"]
COMMON = {"nthread": 1, "tree_method": "hist", "max_depth": 3, "eta": 0.3, "base_score": 0.5, "seed": 7}


def flat(values: np.ndarray) -> list:
    return np.asarray(values).astype(float).ravel().tolist()


def squared_log(predictions: np.ndarray, data: xgboost.DMatrix) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of (m - y)^2 / 2 with a Hessian of 2: only operations that every language rounds alike."""
    difference = predictions.astype(np.float32) - data.get_label()
    return difference.astype(np.float32), np.full(difference.shape, 2, dtype=np.float32)


def absolute(predictions: np.ndarray, data: xgboost.DMatrix) -> tuple[str, float]:
    return "absolute", float(np.abs(predictions.astype(np.float64) - data.get_label()).mean())


def main() -> None:
    x, label, weight = core.generate()

    def matrix(begin: int, end: int) -> xgboost.DMatrix:
        return xgboost.DMatrix(x[begin:end], label=label[begin:end], weight=weight[begin:end], feature_names=NAMES, nthread=1)

    data, valid, rows = matrix(0, 300), matrix(300, 400), matrix(300, 320)
    logistic = {**COMMON, "objective": "binary:logistic", "eval_metric": "logloss"}
    entry: dict = {}

    history: dict = {}
    custom = xgboost.train({**COMMON, "eval_metric": "rmse"}, data, 6, evals=[(valid, "valid")], obj=squared_log,
                           custom_metric=absolute, evals_result=history, verbose_eval=False)
    entry["custom"] = {"margins": flat(custom.predict(rows, output_margin=True)), "history": history["valid"]}

    first = xgboost.train(logistic, data, 4)
    path = Path("/tmp/xgboost-training-first.json")
    first.save_model(path)
    continued = xgboost.train(logistic, data, 3, xgb_model=str(path))
    entry["continued"] = {"rounds": continued.num_boosted_rounds(), "predictions": flat(continued.predict(rows))}

    update = {**logistic, "process_type": "update", "updater": "refresh", "refresh_leaf": 1}
    del update["tree_method"]
    refreshed = xgboost.train(update, valid, 4, xgb_model=str(path))
    entry["refreshed"] = {"rounds": refreshed.num_boosted_rounds(), "predictions": flat(refreshed.predict(rows))}
    path.unlink()

    indices = np.arange(400)
    folds = [(indices[indices % 4 != fold], indices[indices % 4 == fold]) for fold in range(4)]
    whole = xgboost.DMatrix(x, label=label, feature_names=NAMES, nthread=1)
    cv = xgboost.cv({**COMMON, "objective": "binary:logistic", "eval_metric": ["logloss"]}, whole, 40, folds=folds,
                    early_stopping_rounds=3, as_pandas=False)
    entry["cv"] = {key: list(map(float, values)) for key, values in cv.items()}

    stopped = xgboost.train({**logistic, "eval_metric": ["logloss", "auc"]}, data, 200, evals=[(data, "train"), (valid, "valid")],
                            callbacks=[xgboost.callback.EarlyStopping(rounds=5, metric_name="logloss", data_name="train", min_delta=0.02)],
                            verbose_eval=False)
    entry["stopped"] = {"best_iteration": int(stopped.attr("best_iteration")), "rounds": stopped.num_boosted_rounds()}

    multi = {**COMMON, "objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.8}
    classes = xgboost.DMatrix(x[:300], label=np.arange(300) % 3, feature_names=NAMES, nthread=1)
    model = xgboost.train(multi, classes, 5)
    def ranged(name: str) -> dict:
        return {"iteration_range": (0 if name == "leaf" else 1, 3), "strict_shape": True}

    kinds = {
        "value": {}, "margin": {"output_margin": True}, "leaf": {"pred_leaf": True},
        "contributions": {"pred_contribs": True}, "approximateContributions": {"pred_contribs": True, "approx_contribs": True},
        "interactions": {"pred_interactions": True}, "approximateInteractions": {"pred_interactions": True, "approx_contribs": True},
    }
    few = xgboost.DMatrix(x[300:304], feature_names=NAMES, nthread=1)
    entry["kinds"] = {}
    for name, options in kinds.items():
        strict = model.predict(few, strict_shape=True, **options)
        part = model.predict(few, **ranged(name), **options) if name in ("value", "margin", "leaf") else None
        entry["kinds"][name] = {"values": flat(strict), "shape": list(strict.shape),
                                **({"ranged": flat(part), "rangedShape": list(part.shape)} if part is not None else {})}

    filled = np.where(np.isnan(x), 0, x)
    filled[filled < 0.3] = 0
    sparse = scipy.sparse.csr_matrix(filled[300:320])
    entry["sparse"] = flat(first.inplace_predict(sparse, validate_features=False))
    based = first.inplace_predict(x[300:320], base_margin=np.linspace(-1, 1, 20, dtype=np.float32), validate_features=False)
    entry["baseMargin"] = flat(based)

    linear = xgboost.train({"booster": "gblinear", "updater": "coord_descent", "objective": "binary:logistic", "nthread": 1,
                            "base_score": 0.5, "eta": 0.5}, data, 6)
    entry["linear"] = {"predictions": flat(linear.predict(rows)), "weights": linear.get_score(importance_type="weight")}

    entry["dump"] = {kind: first.get_dump(dump_format=kind, with_stats=stats)
                     for kind, stats in (("text", True), ("json", False), ("dot", False))}
    entry["trees"] = len(first.get_dump())

    target = HERE / "values" / "xgboost-training.json"
    document = json.loads(target.read_text()) if target.exists() else {"versions": {}}
    document["versions"][xgboost.__version__] = entry
    document["versions"] = dict(sorted(document["versions"].items()))
    target.write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
