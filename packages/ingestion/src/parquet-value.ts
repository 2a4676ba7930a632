import type { SchemaElement } from 'hyparquet'

/** Makes a value of a frame's column from a stored one. */
export type ParquetValue = (stored: unknown) => unknown

/** How the values of a column are read, or why they are left out. */
export type ValuePlan = { readonly read: ParquetValue } | { readonly left: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const dayMilliseconds = 86_400_000
const julianEpoch = 2_440_588n
const perUnit = { MILLIS: 1, MICROS: 1000, NANOS: 1_000_000 } as const

/**
 * How to read the values of a column: whole numbers as numbers or, beyond 2^53, as bigint; decimals as the nearest
 * number, those of scale 0 as whole numbers; dates and moments as `Date`; times of day and UUIDs as text; bytes that are
 * no text as hexadecimal digits after `0x`.
 *
 * @param element from the schema, with or without the newer logical type
 */
export function valuePlan(element: SchemaElement): ValuePlan {
  const { type, converted_type: converted, logical_type: logical } = element
  if (converted === 'BSON' || logical?.type === 'BSON') return { left: 'BSON' }
  if (converted === 'INTERVAL') return { left: 'an interval' }
  if (logical?.type === 'GEOMETRY' || logical?.type === 'GEOGRAPHY') return { left: 'geometry' }
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return { read: decimalReader(element) }
  switch (type) {
    case 'BOOLEAN':
    case 'FLOAT':
    case 'DOUBLE':
      return { read: (stored) => stored }
    case 'INT32':
      return { read: int32Reader(element) }
    case 'INT64':
      return { read: int64Reader(element) }
    case 'INT96':
      return { read: (stored) => dateOf(floorDivide(int96Nanoseconds(stored as bigint), 1_000_000n)) }
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'UUID') return { read: (stored) => uuidOf(stored as Uint8Array) }
      if (logical?.type === 'FLOAT16') return { read: (stored) => float16Of(stored as Uint8Array) }
      return { read: (stored) => textOrDigits(stored as Uint8Array) }
    case 'BYTE_ARRAY':
      if (isText(element)) return { read: (stored) => utf8.decode(stored as Uint8Array) }
      return { read: (stored) => textOrDigits(stored as Uint8Array) }
    default:
      return { left: 'of an unknown type' }
  }
}

/** How to read the items of a list: texts only, which is what the documents of a claim are. */
export function itemPlan(element: SchemaElement): ValuePlan {
  return isText(element) ? valuePlan(element) : { left: 'nested or repeated' }
}

function isText({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return (
    type === 'BYTE_ARRAY' &&
    (converted === 'UTF8' ||
      converted === 'ENUM' ||
      converted === 'JSON' ||
      logical?.type === 'STRING' ||
      logical?.type === 'ENUM' ||
      logical?.type === 'JSON')
  )
}

/**
 * The nearest number to `unscaled` / 10^`scale`; a whole number beyond 2^53 is a bigint.
 *
 * @param unscaled a safe integer or a bigint
 */
export function decimalValue(unscaled: number | bigint, scale: number): number | bigint {
  // Both are exact up to here, so that their quotient is rounded once.
  if (typeof unscaled === 'number' && scale <= 22) return unscaled / 10 ** scale
  const whole = BigInt(unscaled)
  const divisor = 10n ** BigInt(scale)
  if (whole % divisor === 0n) return safeOrBig(whole / divisor)
  return Number(`${String(whole)}e-${String(scale)}`)
}

function decimalReader({ scale, logical_type: logical, type }: SchemaElement): ParquetValue {
  const places = scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0)
  if (!Number.isInteger(places) || places < 0 || places > 1000)
    throw new Error('a decimal has an impossible scale')
  if (type === 'INT32') return (stored) => decimalValue(stored as number, places)
  if (type === 'INT64') return (stored) => decimalValue(safeOrBig(stored as bigint), places)
  return (stored) => decimalValue(safeOrBig(signedOf(stored as Uint8Array)), places)
}

function int32Reader({ converted_type: converted, logical_type: logical }: SchemaElement): ParquetValue {
  if (converted === 'DATE' || logical?.type === 'DATE')
    return (stored) => new Date((stored as number) * dayMilliseconds)
  if (converted === 'TIME_MILLIS' || logical?.type === 'TIME')
    return (stored) => timeOf(BigInt(stored as number), 1000n)
  const unsigned =
    converted?.startsWith('UINT_') === true || (logical?.type === 'INTEGER' && !logical.isSigned)
  return unsigned ? (stored) => (stored as number) >>> 0 : (stored) => stored
}

function int64Reader({ converted_type: converted, logical_type: logical }: SchemaElement): ParquetValue {
  if (logical?.type === 'TIME') {
    const perSecond = BigInt(perUnit[logical.unit] * 1000)
    return (stored) => timeOf(stored as bigint, perSecond)
  }
  if (converted === 'TIME_MICROS') return (stored) => timeOf(stored as bigint, 1_000_000n)
  const unit =
    logical?.type === 'TIMESTAMP'
      ? logical.unit
      : converted === 'TIMESTAMP_MILLIS'
        ? 'MILLIS'
        : converted === 'TIMESTAMP_MICROS'
          ? 'MICROS'
          : undefined
  if (unit !== undefined) {
    const divisor = BigInt(perUnit[unit])
    return (stored) => dateOf(floorDivide(stored as bigint, divisor))
  }
  const unsigned = converted === 'UINT_64' || (logical?.type === 'INTEGER' && !logical.isSigned)
  return unsigned
    ? (stored) => safeOrBig(BigInt.asUintN(64, stored as bigint))
    : (stored) => safeOrBig(stored as bigint)
}

function safeOrBig(value: bigint): number | bigint {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

function signedOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return BigInt.asIntN(bytes.length * 8, value)
}

/** Nanoseconds since 1970 of a Julian day above 64 bits of nanoseconds. */
function int96Nanoseconds(stored: bigint): bigint {
  const days = (stored >> 64n) - julianEpoch
  return days * BigInt(dayMilliseconds) * 1_000_000n + BigInt.asUintN(64, stored)
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value % divisor < 0n ? quotient - 1n : quotient
}

function dateOf(milliseconds: bigint): Date {
  return new Date(Number(milliseconds))
}

/** A time of day as ISO 8601; digits of the second as far as they are not zero. */
function timeOf(units: bigint, perSecond: bigint): string {
  const seconds = Number(units / perSecond)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const digits = String(units % perSecond).padStart(String(perSecond).length - 1, '0')
  const fraction = /^0*$/.test(digits) ? '' : `.${digits.replace(/0+$/, '')}`
  return `${[hours, minutes, rest].map((part) => String(part).padStart(2, '0')).join(':')}${fraction}`
}

function uuidOf(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex')
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-')
}

function float16Of(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8)
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function textOrDigits(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return `0x${Buffer.from(bytes).toString('hex')}`
  }
}
