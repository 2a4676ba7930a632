"""A small Parquet file in several codecs by PyArrow, for packages/ingestion/test/parquet.test.ts.

Usage: python ingestion-parquet.py > values/ingestion-parquet.json
"""

import base64
import datetime as dt
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

rows = 25
table = pa.table(
    {
        "claim_id": pa.array([f"C-{i}" for i in range(rows)]),
        "amount": pa.array([None if i == 3 else i * 1.5 for i in range(rows)], pa.float64()),
        "visits": pa.array([i - 5 for i in range(rows)], pa.int64()),
        "kind": pa.array([["auto", "home", None][i % 3] for i in range(rows)]).dictionary_encode(),
        "day": pa.array([dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(rows)]),
        "moment": pa.array([dt.datetime(2024, 1, 1, 12, 30, i) for i in range(rows)], pa.timestamp("us")),
        "open": pa.array([None if i == 7 else i % 2 == 0 for i in range(rows)]),
    }
)
files = {}
for codec in ["none", "snappy", "gzip", "zstd", "brotli"]:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression=codec, row_group_size=10)
    files[codec] = base64.b64encode(sink.getvalue()).decode()
print(json.dumps({"pyarrow": pa.__version__, "rows": rows, "files": files}, indent=1))
