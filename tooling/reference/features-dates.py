"""Expected parts of moments for packages/features/src/calendar.ts, from Python's datetime.

Run: python tooling/reference/features-dates.py
"""

import datetime
import json
import pathlib
import random

random.seed(5)
EPOCH = datetime.datetime(1970, 1, 1)
moments = [
    datetime.datetime(1900, 2, 28, 23, 59, 59, 999000),
    datetime.datetime(1900, 3, 1),
    datetime.datetime(1969, 12, 31, 23),
    datetime.datetime(1970, 1, 1),
    datetime.datetime(2000, 2, 29, 12),
    datetime.datetime(2004, 12, 31),
    datetime.datetime(2009, 12, 31),
    datetime.datetime(2010, 1, 3),
    datetime.datetime(2020, 12, 31, 6),
    datetime.datetime(2021, 1, 3),
    datetime.datetime(2100, 2, 28),
    datetime.datetime(2100, 3, 1),
] + [
    EPOCH + datetime.timedelta(milliseconds=random.randrange(-3_000_000_000_000, 5_000_000_000_000))
    for _ in range(400)
]
rows = [
    {
        "milliseconds": (moment - EPOCH) // datetime.timedelta(milliseconds=1),
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "day_of_week": moment.weekday(),
        "is_weekend": int(moment.weekday() >= 5),
        "hour": moment.hour,
        "week": moment.isocalendar().week,
        "quarter": (moment.month + 2) // 3,
        "season": {12: 1, 1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 3, 7: 3, 8: 3, 9: 4, 10: 4, 11: 4}[moment.month],
    }
    for moment in moments
]
lines = ",\n".join(json.dumps(row) for row in rows)
(pathlib.Path(__file__).parent / "values/features-dates.json").write_text(f'{{"rows": [\n{lines}\n]}}\n')
