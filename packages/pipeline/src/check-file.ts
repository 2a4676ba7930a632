import {
  ClaimsError,
  type Blueprint,
  type DataWarning,
  type LeakageFinding,
  type ValidationReport,
} from '@claims/contracts'
import type { DataSource } from '@claims/ingestion'
import { scanFeatures } from './scan-features.ts'
import { prepareTrainingData, readChecked } from './read-training-data.ts'

/** What a check says. */
export interface CheckResult {
  readonly passed: boolean
  readonly rows: number
  readonly validation: ValidationReport
  readonly leakage: readonly LeakageFinding[]
  /** Why the leakage scan was not made, or null. */
  readonly leakage_reason: string | null
  /** What reading and checking the data found: one entry per rule and field. */
  readonly warnings: readonly DataWarning[]
}

/**
 * Validates data against a blueprint and scans it for leaks where it has labels.
 *
 * @param source rows, or the path of a file
 * @param blueprint explicit
 * @param options seed and the moment that date rules count from
 * @returns the findings; `passed` is false when the quality gate fails or a leak would stop training
 * @throws ClaimsError reading errors
 */
export async function checkFile(
  source: string | DataSource,
  blueprint: Blueprint,
  options: { readonly seed: number; readonly now: Date; readonly signal?: AbortSignal },
): Promise<CheckResult> {
  const labelled = await readChecked(
    source,
    { blueprint },
    {
      now: options.now,
      purpose: 'training',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  )
  let leakage: LeakageFinding[] = []
  let reason: string | null = null
  let { warnings } = labelled
  try {
    const data = prepareTrainingData(labelled)
    warnings = data.warnings
    leakage = scanFeatures(data, options.seed)
  } catch (error) {
    if (!(error instanceof ClaimsError) || !['label_single_class', 'empty_data'].includes(error.code))
      throw error
    reason = error.message
  }
  const accepted = new Set(
    blueprint.columns.filter((column) => column.accept_leak !== undefined).map((column) => column.name),
  )
  const blocked = leakage.some(
    ({ severity, column }) => severity === 'block' && (column === null || !accepted.has(column)),
  )
  return {
    passed: labelled.report.gate.passed && !blocked,
    rows: labelled.frame.rows,
    validation: labelled.report,
    leakage,
    leakage_reason: reason,
    warnings,
  }
}
