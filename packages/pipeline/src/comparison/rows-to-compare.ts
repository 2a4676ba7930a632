import { ClaimsError, type Reading } from '@claims/contracts'
import type { DataSource } from '@claims/ingestion'
import type { Scorer } from '@claims/scoring'
import type { ComparedBundle } from './compared-bundle.ts'
import { fileTexts } from './known-texts.ts'
import { pairRows, type PairedRows } from './pair-rows.ts'
import { scoreLabelled } from './score-labelled.ts'
import { pairTests, type TestRowsUsed } from './test-rows.ts'

/** A labelled file, and scorers of both bundles. */
export interface ComparedFile {
  readonly data: string | DataSource
  readonly scorers: { readonly a: Scorer; readonly b: Scorer }
  readonly now: Date
  /** Day on which the labels were taken; that of `now` where absent. */
  readonly asOf?: Date | undefined
  readonly reading?: Reading | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rows that two models were compared on. */
export type ComparedOn =
  | {
      readonly kind: 'test_rows'
      /** Null where the test rows of the two cannot be told to be of the same data. */
      readonly used: { readonly a: TestRowsUsed; readonly b: TestRowsUsed } | null
      readonly compared: number
    }
  | {
      readonly kind: 'file'
      readonly source: string
      readonly sha256: string
      readonly rows: number
      /** Rows that the checks of each left out. */
      readonly left_out: { readonly a: number; readonly b: number }
      /** Rows that each was fitted on, which were left out. */
      readonly fitted: { readonly a: number; readonly b: number; readonly either: number }
      readonly compared: number
    }

/** Rows to compare two models on, or why there are none. */
export interface RowsToCompare {
  readonly rows: PairedRows | null
  readonly reason: string | null
  readonly on: ComparedOn
  readonly warnings: readonly string[]
}

/** Rows that both were tested on. @throws ClaimsError `damaged_bundle`, `unsupported_format_version` */
export async function sharedTestRows(a: ComparedBundle, b: ComparedBundle): Promise<RowsToCompare> {
  const { paired, reason, used } = await pairTests(a, b)
  const on: ComparedOn = { kind: 'test_rows', used, compared: paired?.target.length ?? 0 }
  const sampled = [
    [a.name, used?.a],
    [b.name, used?.b],
  ] as const
  const warnings = sampled.flatMap(([name, of]) =>
    of === undefined || of.kept === of.test_rows
      ? []
      : [
          `${name} keeps ${of.kept.toLocaleString('en')} of its ${of.test_rows.toLocaleString('en')} test rows.`,
        ],
  )
  return { rows: paired, reason, on, warnings }
}

/**
 * Rows of a labelled file that both score and neither was fitted on.
 *
 * @throws ClaimsError reading and label errors; `invalid_parameter` where the file is read in two ways; `damaged_bundle`
 */
export async function sharedFileRows(
  models: { readonly a: ComparedBundle; readonly b: ComparedBundle },
  file: ComparedFile,
): Promise<RowsToCompare> {
  const ofA = await scoreLabelled(models.a, file.scorers.a, file)
  const ofB = await scoreLabelled(models.b, file.scorers.b, file)
  if (ofA.dataRows !== ofB.dataRows) {
    throw new ClaimsError(
      'invalid_parameter',
      `The file is read as ${String(ofA.dataRows)} rows by ${models.a.name} and as ${String(ofB.dataRows)} by ${models.b.name}; say --header-row`,
      { problems: [{ field: 'data', problem: 'is read in two ways', allowed: 'one header row for both' }] },
    )
  }
  const all = pairRows(ofA, ofB)
  const on: ComparedOn = {
    ...{ kind: 'file', source: ofA.source, sha256: ofA.dataSha256, rows: ofA.dataRows },
    ...{ left_out: { a: ofA.leftOut, b: ofB.leftOut }, fitted: all.fitted, compared: all.target.length },
  }
  const warnings = fileTexts(models, { a: ofA, b: ofB }, all)
  const none = (reason: string): RowsToCompare => ({
    rows: null,
    reason,
    on: { ...on, compared: 0 },
    warnings,
  })
  const unknown = [
    ofA.trainingFile && ofA.fittedBy === null ? models.a.name : null,
    ofB.trainingFile && ofB.fittedBy === null ? models.b.name : null,
  ].filter((name) => name !== null)
  if (unknown.length > 0)
    return none(
      `it is the file that ${unknown.join(' and ')} was trained on, and which rows were fitted on cannot be told`,
    )
  if (all.target.length === 0)
    return none(
      all.shared === 0
        ? 'no row passes the checks of both'
        : `every one of the ${all.shared.toLocaleString('en')} rows was fitted on by one of them`,
    )
  if (all.labelsApart > 0)
    return none(
      `${all.labelsApart.toLocaleString('en')} rows have another label for the one than for the other`,
    )
  return { rows: all, reason: null, on, warnings }
}
