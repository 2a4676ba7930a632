"""Expected numbers of the steps in packages/preprocessing/src/steps, from scikit-learn and NumPy.

Run: python tooling/reference/preprocessing-steps.py (needs numpy and scikit-learn)
"""

import json
import math
import pathlib
import re
from collections import Counter

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(5)


def plain(values):
    return [None if math.isnan(value) else float(value) for value in values]


def standardize():
    normal = random.normal(3, 2, 60)
    normal[[4, 17]] = np.nan
    columns = {
        "normal": normal,
        "far_from_zero": 1e9 + random.normal(0, 1e-2, 60),
        "constant": np.full(60, 0.1),
        "whole": random.integers(0, 5, 60).astype(float),
    }
    return {
        name: {
            "values": plain(values),
            "scaled": plain(StandardScaler().fit_transform(values.reshape(-1, 1))[:, 0]),
        }
        for name, values in columns.items()
    }


def numbers():
    values = np.round(random.lognormal(3, 1, 101), 3)
    values[[3, 30, 77]] = np.nan
    qs = [0, 0.01, 0.1, 0.25, 0.5, 0.77, 0.99, 1]
    return {
        "values": plain(values),
        "qs": qs,
        "quantiles": plain(np.nanquantile(values, qs)),
        "mean": float(np.nanmean(values)),
        "clipped": plain(np.clip(values, *np.nanquantile(values, [0.05, 0.9]))),
    }


def categories():
    levels = np.array(["auto", "home", "health", "life", None], dtype=object)
    fitted = random.choice(levels, 80, p=[0.4, 0.3, 0.15, 0.05, 0.1])
    target = random.binomial(1, np.where(fitted == "auto", 0.5, 0.2))
    scored = np.array(["life", None, "auto", "boat", "home", "health"], dtype=object)
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(fitted.reshape(-1, 1))
    result = {
        "fitted": fitted.tolist(),
        "target": target.tolist(),
        "scored": scored.tolist(),
        "one_hot": {
            "levels": one_hot.categories_[0].tolist(),
            "rows": one_hot.transform(scored.reshape(-1, 1)).tolist(),
        },
        "target_encode": [],
    }
    for smoothing in [0.0, 20.0, 7.5]:
        encoder = TargetEncoder(smooth=smoothing, target_type="binary").fit(fitted.reshape(-1, 1), target)
        result["target_encode"].append(
            {
                "smoothing": smoothing,
                "prior": float(encoder.target_mean_),
                "values": plain(encoder.transform(scored.reshape(-1, 1))[:, 0]),
            }
        )
    return result


def tf_idf():
    source = (HERE / "../../packages/preprocessing/src/stop-words.ts").read_text()
    stop_words = [word for line in re.findall(r"'([a-z ]+)'", source) for word in line.split()]
    words = "car stop light driver not fire kitchen water Straße vehículo rear 2 42 the and no didn't".split()
    weights = np.arange(len(words), 0, -1.0)
    texts = [
        " ".join(random.choice(words, random.integers(3, 14), p=weights / weights.sum())) for _ in range(40)
    ] + ["", "Car, CAR; car_light (fire)!", "nothing known"]
    settings = {"min_df": 2, "max_df": 0.8, "max_features": 7}
    vectorizer = TfidfVectorizer(
        preprocessor=lambda text: re.sub(r"(?<=[^\W\d_])['’](?=[^\W\d_])", "", text.lower()),
        token_pattern=r"[^\W_]{2,}",
        stop_words=stop_words,
        **settings,
    )
    matrix = vectorizer.fit_transform(texts).toarray()
    everything = TfidfVectorizer(**{**vectorizer.get_params(), "max_features": None}).fit(texts)
    analyse = vectorizer.build_analyzer()
    counts = Counter(token for text in texts for token in analyse(text) if token in everything.vocabulary_)
    ranked = [count for _, count in counts.most_common()]
    assert ranked[6] > ranked[7], "the cut must not fall into a tie: scikit-learn does not order ties"
    return {
        "texts": texts,
        "minimum_document_count": settings["min_df"],
        "maximum_document_share": settings["max_df"],
        "maximum_features": settings["max_features"],
        "tokens": vectorizer.get_feature_names_out().tolist(),
        "inverse_document_frequencies": plain(vectorizer.idf_),
        "rows": matrix.tolist(),
    }


values = {
    "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "standardize": standardize(),
    "numbers": numbers(),
    "categories": categories(),
    "tf_idf": tf_idf(),
}
(HERE / "values/preprocessing-steps.json").write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n")
