"""What pandas reads from the shared data files, for packages/ingestion/test/real-files.test.ts.

Usage: python ingestion-pandas.py DATA_FOLDER > values/ingestion-pandas.json
"""

import json
import sys
from pathlib import Path

import pandas as pd

FILES = {
    "fremtpl2/freMTPL2freq.csv.gz": [],
    "vehicle_claim_fraud/fraud_oracle.csv.gz": [],
    "auto_insurance_claims/insurance_claims.csv": ["?"],
    "actuarial_loss/train.csv.gz": [],
    "uci_credit_card/UCI_Credit_Card.csv.gz": [],
}


def describe(column: pd.Series) -> dict:
    filled = column.dropna()
    if pd.api.types.is_numeric_dtype(column):
        return {
            "kind": "number",
            "missing": int(column.isna().sum()),
            "sum": float(sum(filled.astype(float).tolist())) if len(filled) else 0.0,
            "first": None if pd.isna(column.iloc[0]) else float(column.iloc[0]),
            "last": None if pd.isna(column.iloc[-1]) else float(column.iloc[-1]),
        }
    counts = filled.value_counts()
    return {
        "kind": "text",
        "missing": int(column.isna().sum()),
        "distinct": int(len(counts)),
        "counts": {str(k): int(v) for k, v in counts.items()} if len(counts) <= 20 else None,
        "first": None if pd.isna(column.iloc[0]) else str(column.iloc[0]),
        "last": None if pd.isna(column.iloc[-1]) else str(column.iloc[-1]),
    }


result = {}
for name, tokens in FILES.items():
    frame = pd.read_csv(
        Path(sys.argv[1]) / name,
        keep_default_na=False,
        na_values=["", *tokens],
        float_precision="round_trip",
        encoding="utf-8-sig",
    )
    result[name] = {
        "rows": len(frame),
        "names": [str(c) for c in frame.columns],
        "columns": {str(c): describe(frame[c]) for c in frame.columns},
    }
print(json.dumps({"pandas": pd.__version__, "files": result}, indent=1, ensure_ascii=False))
