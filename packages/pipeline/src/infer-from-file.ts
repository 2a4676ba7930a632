import type { Blueprint, DataWarning, LeakageFinding } from '@claims/contracts'
import type { DataSource } from '@claims/ingestion'
import { applyLeakagePolicy } from '@claims/leakage'
import { classifierDefinitions, type ModelCatalog } from '@claims/models'
import { stepDefinitions } from '@claims/scoring'
import { compileBlueprint } from './blueprint/compile-blueprint.ts'
import { excludeColumns } from './leakage/exclude-columns.ts'
import type { Moment } from './data/label-maturity.ts'
import { inferGate } from './data/quality-gate.ts'
import { scanFeatures } from './leakage/scan-features.ts'
import { scanIdentifiers } from './leakage/scan-identifiers.ts'
import {
  prepareTrainingData,
  readChecked,
  type BlueprintHints,
  type CheckedData,
} from './data/read-training-data.ts'

/** A blueprint inferred from a file. */
export interface InferredBlueprint {
  readonly blueprint: Blueprint
  readonly notes: CheckedData['notes']
  readonly leakage: readonly LeakageFinding[]
  readonly excluded: readonly string[]
  /** What reading and checking the data found: one entry per rule and field. */
  readonly warnings: readonly DataWarning[]
}

/**
 * Infers a blueprint from labelled data, and excludes columns that are suspected to leak the label.
 *
 * @param source labelled rows, or the path of a file
 * @param hints label column and what else is known
 * @param options seed of the leakage scan, now, and the day on which the labels were taken
 * @throws ClaimsError reading and label errors
 */
export async function inferFromFile(
  source: string | DataSource,
  hints: BlueprintHints,
  options: Moment & {
    readonly seed: number
    /** Kinds of model that a blueprint may name; those of `@claims/models` where absent. */
    readonly catalog?: ModelCatalog | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<InferredBlueprint> {
  const checked = await readChecked(
    source,
    { hints },
    {
      now: options.now,
      asOf: options.asOf,
      purpose: 'training',
      signal: options.signal,
    },
  )
  compileBlueprint(checked.blueprint, {
    steps: stepDefinitions,
    catalog: options.catalog ?? classifierDefinitions(),
  })
  const data = prepareTrainingData(checked)
  const found = scanFeatures(data, options.seed)
  const { findings, excluded } = applyLeakagePolicy(found, data.blueprint)
  const gated = inferGate(excludeColumns(data, excluded))
  return {
    blueprint: gated.blueprint,
    notes: gated.notes,
    leakage: [...scanIdentifiers(data, options.seed), ...findings],
    excluded,
    warnings: data.warnings,
  }
}
