import {
  ClaimsError,
  type Blueprint,
  type DataWarning,
  type LabelMaturity,
  type LeakageFinding,
  type ValidationReport,
} from '@claims/contracts'
import type { DataSource } from '@claims/ingestion'
import { classifierDefinitions, type ModelCatalog } from '@claims/models'
import { stepDefinitions } from '@claims/scoring'
import { compileBlueprint } from './blueprint/compile-blueprint.ts'
import { keyGaps } from './data/key-gaps.ts'
import type { Moment } from './data/label-maturity.ts'
import { scanFeatures } from './leakage/scan-features.ts'
import { prepareTrainingData, readChecked, type CheckedData } from './data/read-training-data.ts'

/** What a check says. */
export interface CheckResult {
  readonly passed: boolean
  readonly rows: number
  /** Rows that training would leave out because their outcome cannot be known yet; null where every labelled row counts. */
  readonly label_maturity: LabelMaturity | null
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
 * @param options seed, the moment that date rules count from, and the day on which the labels were taken
 * @returns the findings; `passed` is false when the quality gate fails or a leak would stop training
 * @throws ClaimsError before anything is read `invalid_blueprint` and `unknown_column`; reading errors
 */
export async function checkFile(
  source: string | DataSource,
  blueprint: Blueprint,
  options: Moment & {
    readonly seed: number
    /** Kinds of model that a blueprint may name; those of `@claims/models` where absent. */
    readonly catalog?: ModelCatalog | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<CheckResult> {
  compileBlueprint(blueprint, { steps: stepDefinitions, catalog: options.catalog ?? classifierDefinitions() })
  const labelled = await readChecked(
    source,
    { blueprint },
    {
      now: options.now,
      asOf: options.asOf,
      purpose: 'training',
      signal: options.signal,
    },
  )
  let leakage: LeakageFinding[] = []
  let reason: string | null = null
  let maturity: LabelMaturity | null = null
  let warnings: readonly DataWarning[]
  try {
    const data = prepareTrainingData(labelled)
    warnings = data.warnings
    maturity = data.maturity
    leakage = scanFeatures(data, options.seed)
  } catch (error) {
    if (
      !(error instanceof ClaimsError) ||
      !['label_single_class', 'empty_data', 'immature_labels'].includes(error.code)
    )
      throw error
    reason = error.message
    warnings = [...acceptedGaps(labelled), ...labelled.warnings]
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
    label_maturity: maturity,
    validation: labelled.report,
    leakage,
    leakage_reason: reason,
    warnings,
  }
}

/** What is to be said of entities and event times where no row can be learnt from. */
function acceptedGaps({ frame, validation, blueprint, moment }: CheckedData): DataWarning[] {
  return keyGaps(frame.filter(validation.rejected.map((rejected) => 1 - rejected)), blueprint, moment.now)
}
