import { takeGroups, takeTarget, takeValues } from '../data/take-rows.ts'
import type { ScoredRows } from './scored-rows.ts'

/** Rows that both models scored and neither was fitted on. */
export interface PairedRows {
  readonly target: Uint8Array
  readonly a: Float64Array
  readonly b: Float64Array
  readonly groups: Int32Array | undefined
  /** Rows that both scored, those left out among them. */
  readonly shared: number
  /** Shared rows that are left out because a model was fitted on them; a row of both counts in both. */
  readonly fitted: { readonly a: number; readonly b: number; readonly either: number }
  /** Rows left that equal, in every feature, one that the model was fitted on. */
  readonly known: { readonly a: number; readonly b: number }
  /** Rows left whose labels the two read differently; 0 where they can be compared. */
  readonly labelsApart: number
}

/**
 * Pairs rows of the same data by their place. Where both know groups, those of which there are fewer are taken: whatever
 * hangs together for one model makes the difference less sure.
 */
export function pairRows(a: ScoredRows, b: ScoredRows): PairedRows {
  const most = Math.min(a.rows.length, b.rows.length)
  const placesA = new Uint32Array(most)
  const placesB = new Uint32Array(most)
  let pairs = 0
  const fitted = { a: 0, b: 0, either: 0 }
  let shared = 0
  for (let i = 0, j = 0; i < a.rows.length && j < b.rows.length;) {
    const [rowA, rowB] = [a.rows[i]!, b.rows[j]!]
    if (rowA === rowB) {
      shared++
      fitted.a += a.fitted[i]!
      fitted.b += b.fitted[j]!
      if (a.fitted[i] === 1 || b.fitted[j] === 1) fitted.either++
      else {
        placesA[pairs] = i
        placesB[pairs++] = j
      }
    }
    if (rowA <= rowB) i++
    if (rowB <= rowA) j++
  }
  const [ofA, ofB] = [placesA.subarray(0, pairs), placesB.subarray(0, pairs)]
  const target = takeTarget(a.target, ofA)
  const others = takeTarget(b.target, ofB)
  const sum = (values: Uint8Array): number => values.reduce((total, one) => total + one, 0)
  return {
    target,
    a: takeValues(a.probability, ofA),
    b: takeValues(b.probability, ofB),
    groups: coarser(a.groups && takeGroups(a.groups, ofA), b.groups && takeGroups(b.groups, ofB)),
    shared,
    fitted,
    known: { a: sum(takeTarget(a.known, ofA)), b: sum(takeTarget(b.known, ofB)) },
    labelsApart: target.reduce((count, label, i) => count + (label === others[i] ? 0 : 1), 0),
  }
}

function coarser(a: Int32Array | undefined, b: Int32Array | undefined): Int32Array | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return countOf(a) <= countOf(b) ? a : b
}

function countOf(groups: Int32Array): number {
  const alone = groups.reduce((count, group) => count + (group < 0 ? 1 : 0), 0)
  return new Set(groups.filter((group) => group >= 0)).size + alone
}
