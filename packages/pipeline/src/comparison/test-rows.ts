import { readTestPredictions } from '../bundle/test-predictions-file.ts'
import { wasFittedOn, type TestPredictions } from '../bundle/test-predictions.ts'
import type { ComparedBundle } from './compared-bundle.ts'
import { pairRows, type PairedRows } from './pair-rows.ts'
import type { ScoredRows } from './scored-rows.ts'

/** What became of a model's test rows in a comparison. */
export interface TestRowsUsed {
  /** Rows that the model was tested on. */
  readonly test_rows: number
  /** Those that its bundle keeps. */
  readonly kept: number
  /** Kept rows that both models were tested on. */
  readonly shared: number
  /** Kept rows that the other model was fitted on: no test of it, and left out. */
  readonly other_was_fitted_on: number
  /** Kept rows that the other model neither was fitted on nor keeps as a test row: its checks left them out, or its sample. */
  readonly other_left_out: number
}

/** Test rows of two bundles, paired, or why they cannot be. */
export type PairedTests =
  | {
      readonly paired: PairedRows
      readonly reason: null
      readonly used: { readonly a: TestRowsUsed; readonly b: TestRowsUsed }
    }
  | {
      readonly paired: null
      readonly reason: string
      readonly used: { readonly a: TestRowsUsed; readonly b: TestRowsUsed } | null
    }

/** Pairs the test rows that both bundles keep. @throws ClaimsError `damaged_bundle`, `unsupported_format_version` */
export async function pairTests(a: ComparedBundle, b: ComparedBundle): Promise<PairedTests> {
  const ofA = await readTestPredictions(a.bundle)
  const ofB = await readTestPredictions(b.bundle)
  const without = (reason: string): PairedTests => ({ paired: null, reason, used: null })
  if (ofA === null || ofB === null) {
    const old = [ofA === null ? a.name : null, ofB === null ? b.name : null].filter((name) => name !== null)
    return without(
      `${old.join(' and ')} ${old.length === 1 ? 'keeps' : 'keep'} no test predictions: older bundles have none`,
    )
  }
  if (ofA.dataSha256 !== ofB.dataSha256)
    return without('they were trained on different data, so their test rows are not known to be the same')
  if (ofA.dataRows !== ofB.dataRows) {
    const counts = [ofA, ofB].map(({ dataRows }) => dataRows.toLocaleString('en'))
    return without(`the same file was read as ${counts.join(' and ')} rows, so rows have no common number`)
  }
  const paired = pairRows(scored(ofA), scored(ofB))
  const used = { a: usedOf(ofA, ofB, paired), b: usedOf(ofB, ofA, paired) }
  if (paired.shared === 0) {
    const { other_was_fitted_on: fitted, other_left_out: left } = used.a
    const reason = `no row is a test row of both: of the ${ofA.rows.length.toLocaleString('en')} test rows of ${a.name}, ${b.name} was fitted on ${fitted.toLocaleString('en')} and left ${left.toLocaleString('en')} out`
    return { paired: null, reason, used }
  }
  if (paired.labelsApart > 0) {
    const reason = `${paired.labelsApart.toLocaleString('en')} of the ${paired.shared.toLocaleString('en')} rows that both were tested on have other labels in the one than in the other`
    return { paired: null, reason, used }
  }
  return { paired, reason: null, used }
}

/** No test row was fitted on by its own model, so what both were tested on neither was fitted on. */
function scored(of: TestPredictions): ScoredRows {
  return { ...of, fitted: new Uint8Array(of.rows.length) }
}

function usedOf(of: TestPredictions, other: TestPredictions, { shared }: PairedRows): TestRowsUsed {
  const fitted = of.rows.reduce((count, row) => count + (wasFittedOn(other, row) ? 1 : 0), 0)
  const kept = of.rows.length
  return {
    ...{ test_rows: of.testRows, kept, shared },
    other_was_fitted_on: fitted,
    other_left_out: kept - shared - fitted,
  }
}
