import type { Confusion } from '../metrics/confusion.ts'

/**
 * Share of rows that a policy sends to a person.
 *
 * @param counts rows by outcome and prediction
 * @returns 0 ... 1; 0 of no rows
 * @example
 * reviewShare({ tn: 70, fp: 20, fn: 2, tp: 8 }) // 0.28
 */
export function reviewShare({ tn, fp, fn, tp }: Confusion): number {
  const rows = tn + fp + fn + tp
  return rows === 0 ? 0 : (tp + fp) / rows
}
