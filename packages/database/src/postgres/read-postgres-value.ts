import { types } from 'pg'
import { readInteger } from '../read-integer.ts'

/** Readers of PostgreSQL's texts by type, so that values are those that SQLite gives. */
const readers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [types.builtins.INT2, Number],
  [types.builtins.INT4, Number],
  [types.builtins.INT8, (text) => readInteger(BigInt(text))],
  [types.builtins.FLOAT4, Number],
  [types.builtins.FLOAT8, Number],
  [types.builtins.BOOL, (text) => text === 't'],
  [types.builtins.BYTEA, readBytes],
  [types.builtins.TIMESTAMPTZ, readTimestamp],
])

/** The reader of a type's values, for the option `types` of `pg`, which asks for texts. */
export function readPostgresValue(type: number): (text: string) => unknown {
  return readers.get(type) ?? String
}

/** `\x` and hexadecimal digits. */
function readBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

/** ISO 8601 in UTC, to the millisecond, from such as `2026-11-29 10:33:41.5+01`. */
function readTimestamp(text: string): string {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) throw new RangeError(`PostgreSQL gave the time ${text}, which is none`)
  return moment.toISOString()
}
