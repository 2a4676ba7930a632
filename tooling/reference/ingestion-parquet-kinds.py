"""Small Parquet files of every type, codec, encoding and page version by PyArrow, with the values that PyArrow reads
from them, for packages/ingestion/test/parquet-kinds.test.ts.

Usage: python ingestion-parquet-kinds.py > values/ingestion-parquet-kinds.json
"""

import base64
import datetime as dt
import decimal
import io
import json
import math
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 12
rng = np.random.default_rng(7)


def gaps(values, kind):
    """Every fifth value missing."""
    return pa.array([None if i % 5 == 3 else v for i, v in enumerate(values)], kind)


def cycle(values):
    return [values[i % len(values)] for i in range(ROWS)]


d = decimal.Decimal
moments = [0, 1, -1, 1_700_000_000_123_456_789, -1_000_000_001, 951_782_400_000_000_000]
columns = {
    "flag": gaps(cycle([True, False]), pa.bool_()),
    "int8": gaps(cycle([-128, 0, 127]), pa.int8()),
    "int16": gaps(cycle([-32768, 5, 32767]), pa.int16()),
    "int32": gaps(cycle([-(2**31), 7, 2**31 - 1]), pa.int32()),
    "int64": gaps(cycle([-(2**63), 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1]), pa.int64()),
    "uint8": gaps(cycle([0, 255]), pa.uint8()),
    "uint16": gaps(cycle([0, 65535]), pa.uint16()),
    "uint32": gaps(cycle([0, 2**31, 2**32 - 1]), pa.uint32()),
    "uint64": gaps(cycle([0, 2**53 + 1, 2**63, 2**64 - 1]), pa.uint64()),
    "half": pa.array(np.array(cycle([0.1, -2.5, 65504.0, 6e-8, np.inf]), np.float16)),
    "float": gaps(cycle([0.1, -1e30, 1e-40]), pa.float32()),
    "double": gaps(cycle([0.1, -0.0, 1e300, float("inf"), float("nan")]), pa.float64()),
    "decimal_small": gaps(cycle([d("1445.87"), d("-0.01"), d("0.30")]), pa.decimal128(7, 2)),
    "decimal_whole": gaps(cycle([d(9007199254740993), d(-5), d(10) ** 37]), pa.decimal128(38, 0)),
    "decimal_wide": gaps(cycle([d("12345678901234567890.123456789"), d("-0.000000001")]), pa.decimal256(60, 9)),
    "text": gaps(cycle(["", "Bär", "naïve 🙂", "x" * 40]), pa.string()),
    "words": gaps(cycle(["auto", "home"]), pa.string()).dictionary_encode(),
    "large": gaps(cycle(["a", "b"]), pa.large_string()),
    "bytes": gaps(cycle([b"abc", b"\xff\x00\xfe"]), pa.binary()),
    "fixed": gaps(cycle([b"abcd", b"\xff\x00\xfe\x01"]), pa.binary(4)),
    "identifier": pa.ExtensionArray.from_storage(
        pa.uuid(), gaps(cycle([uuid.UUID(int=1).bytes, uuid.UUID(int=2**127 + 5).bytes]), pa.binary(16))
    ),
    "json": pa.ExtensionArray.from_storage(pa.json_(), gaps(cycle(['{"a": 1}', "[1, 2]"]), pa.string())),
    "day": gaps(cycle([0, -1, 19_000]), pa.int32()).cast(pa.date32()),
    "clock_ms": gaps(cycle([0, 45_296_789, 86_399_000]), pa.int32()).cast(pa.time32("ms")),
    "clock_us": gaps(cycle([0, 45_296_789_001]), pa.int64()).cast(pa.time64("us")),
    "moment_ms": gaps([m // 1_000_000 for m in cycle(moments)], pa.int64()).cast(pa.timestamp("ms")),
    "moment_us": gaps([m // 1000 for m in cycle(moments)], pa.int64()).cast(pa.timestamp("us", "UTC")),
    "moment_ns": gaps(cycle(moments), pa.int64()).cast(pa.timestamp("ns")),
    "nothing": pa.array([None] * ROWS, pa.string()),
}
flat = pa.table(columns)
required = pa.table(
    [pa.array(range(ROWS), pa.int64()), pa.array([f"r{i % 3}" for i in range(ROWS)])],
    schema=pa.schema([pa.field("number", pa.int64(), False), pa.field("text", pa.string(), False)]),
)
nested = pa.table(
    {
        "list": pa.array(cycle([["a"], [], None])),
        "struct": pa.array(cycle([{"x": 1, "y": "b"}, None])),
        "map": pa.array(cycle([[("k", 1)], None]), pa.map_(pa.string(), pa.int64())),
        "plain": pa.array(range(ROWS)),
    }
)


documents = [None, [], ["a"], ["a", "b"], [None, "é"], ["police_report", "photos", "estimate"]]
item = pa.field("item", pa.string(), nullable=False)
held = [[text for text in texts or [] if text is not None] for texts in cycle(documents)]
lists = pa.table(
    {
        "optional": pa.array(cycle(documents), pa.list_(pa.string())),
        "required": pa.array(held, pa.list_(item)),
        "large": pa.array(cycle(documents), pa.large_list(pa.string())),
        "none": pa.array(cycle([None]), pa.list_(pa.string())),
        "empty": pa.array(cycle([[]]), pa.list_(pa.string())),
        "plain": pa.array(range(ROWS)),
        "numbers": pa.array(cycle([[1, 2], []])),
        "lists": pa.array(cycle([[["a"], []], None])),
    },
    schema=pa.schema(
        [
            ("optional", pa.list_(pa.string())),
            pa.field("required", pa.list_(item), nullable=False),
            ("large", pa.large_list(pa.string())),
            ("none", pa.list_(pa.string())),
            ("empty", pa.list_(pa.string())),
            ("plain", pa.int64()),
            ("numbers", pa.list_(pa.int64())),
            ("lists", pa.list_(pa.list_(pa.string()))),
        ]
    ),
)


def is_left(kind):
    """Lists of texts are read, everything else that is nested is left out."""
    texts = (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and pa.types.is_string(kind.value_type)
    return pa.types.is_nested(kind) and not texts


def expected(array):
    """The values as TypeScript holds them: large whole numbers, dates and odd numbers are tagged."""
    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(kind):
        return expected(array.dictionary_decode())
    if isinstance(kind, pa.BaseExtensionType):
        storage = array.storage.to_pylist()
        if kind.extension_name == "arrow.uuid":
            return [None if v is None else str(uuid.UUID(bytes=v)) for v in storage]
        return storage
    if pa.types.is_timestamp(kind):
        per = {"ms": 1, "us": 1000, "ns": 1_000_000}[kind.unit]
        return [None if v is None else {"ms": v // per} for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_date(kind):
        return [None if v is None else {"ms": v * 86_400_000} for v in array.cast(pa.int32()).to_pylist()]
    return [one(v) for v in array.to_pylist()]


def one(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return [one(part) for part in value]
    if isinstance(value, d):
        return one(int(value)) if value == value.to_integral_value() else float(value)
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, (float, np.floating)):
        value = float(value)
        return value if math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0) else {"float": repr(value)}
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return "0x" + value.hex()
    if isinstance(value, dt.time):
        text = value.isoformat()
        return text.rstrip("0") if "." in text else text
    raise TypeError(type(value))


def written(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    read = pq.read_table(io.BytesIO(sink.getvalue()))
    return {
        "bytes": base64.b64encode(sink.getvalue()).decode(),
        "columns": {
            name: expected(read[name]) for name in read.column_names if not is_left(read.schema.field(name).type)
        },
        "left": [name for name in read.column_names if is_left(read.schema.field(name).type)],
    }


whole = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "moment_ns", "day"]
texts = ["text", "large", "bytes", "nothing"]
split = ["float", "double", "half", "int32", "int64", "fixed"]
base = {"compression": "none", "store_schema": True}
files = {}
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    files[f"codec {codec}"] = written(required, compression=codec, row_group_size=5)
for version in ["1.0", "2.0"]:
    for use_dictionary in [True, False]:
        files[f"pages {version}, dictionary {use_dictionary}"] = written(
            flat, compression="zstd", data_page_version=version, use_dictionary=use_dictionary, write_page_checksum=True
        )
    files[f"delta {version}"] = written(
        flat.select(whole + texts + ["flag"]),
        compression="zstd",
        data_page_version=version,
        use_dictionary=False,
        column_encoding={
            **{name: "DELTA_BINARY_PACKED" for name in whole},
            **{name: "DELTA_BYTE_ARRAY" for name in texts},
            "large": "DELTA_LENGTH_BYTE_ARRAY",
            "flag": "RLE",
        },
    )
    files[f"split {version}"] = written(
        flat.select(split),
        compression="zstd",
        data_page_version=version,
        use_dictionary=False,
        column_encoding={name: "BYTE_STREAM_SPLIT" for name in split},
    )
files["INT96"] = written(flat.select(["moment_ns", "moment_us"]), compression="none", use_deprecated_int96_timestamps=True)
files["decimals as integers"] = written(
    flat.select(["decimal_small"]), compression="none", store_decimal_as_integer=True
)
files["many pages"] = written(
    pa.table({"n": range(1200), "t": [f"text {i % 300}" for i in range(1200)]}),
    compression="zstd",
    data_page_size=256,
    row_group_size=500,
    write_batch_size=100,
)
for version in ["1.0", "2.0"]:
    for use_dictionary in [True, False]:
        files[f"lists {version}, dictionary {use_dictionary}"] = written(
            lists,
            compression="zstd",
            data_page_version=version,
            use_dictionary=use_dictionary,
            data_page_size=64,
            row_group_size=7,
            write_batch_size=3,
        )
files["lists of bare names"] = written(lists, compression="none", use_compliant_nested_type=False)
files["nested"] = written(nested, compression="snappy")
files["no rows in a group"] = written(required.slice(0, 0), compression="snappy")
json.dump({"pyarrow": pa.__version__, "files": files}, fp=__import__("sys").stdout, indent=1)
print()
