import type { Frame } from '@claims/frame'
import type { GeneratedClaims } from '@claims/ingestion'

/** Claims of which the truth is known. */
export type KnownClaims = Pick<GeneratedClaims, 'frame' | 'probability'>

/** The claims from a day on; all where there is no day. @param cutoff ISO date */
export function laterClaims(fresh: KnownClaims, cutoff: string | null): KnownClaims {
  if (cutoff === null) return fresh
  const from = Date.parse(cutoff)
  const days = fresh.frame.number('claim_date')
  const later = Uint32Array.from(days.keys()).filter((row) => days[row]! >= from)
  return {
    frame: fresh.frame.take(later),
    probability: Float64Array.from(later, (row) => fresh.probability[row]!),
  }
}

/** The customer of each claim as a number. */
export function customersOf(frame: Frame): Int32Array {
  const codes = new Map<string, number>()
  const column = frame.column('customer_id')
  if (column.kind !== 'text') throw new TypeError('customer_id is no text')
  return Int32Array.from(column.values, (id) => {
    const key = id ?? ''
    const code = codes.get(key) ?? codes.size
    codes.set(key, code)
    return code
  })
}
