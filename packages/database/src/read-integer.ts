/**
 * A 64-bit integer as both databases hand it out: a number where a number holds it exactly, a bigint beyond that.
 *
 * @param value what the driver read
 */
export function readInteger(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}
