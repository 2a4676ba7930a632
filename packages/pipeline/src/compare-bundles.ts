import type { Evaluation, StepSpecification, TestEvaluation } from '@claims/contracts'
import { compareModels, type ModelsComparison } from '@claims/evaluation'
import {
  bundleFacts,
  differencesOf,
  listDifference,
  type BundleFacts,
  type FactDifference,
  type ListDifference,
  type ReadBundle,
} from './comparison/bundle-facts.ts'
import { requireSameLabel, type ComparedBundle } from './comparison/compared-bundle.ts'
import { equalTexts } from './comparison/known-texts.ts'
import type { PairedRows } from './comparison/pair-rows.ts'
import {
  sharedFileRows,
  sharedTestRows,
  type ComparedFile,
  type ComparedOn,
} from './comparison/rows-to-compare.ts'

/** Two bundles, and what to compare them on. */
export interface CompareBundlesOptions {
  readonly a: ComparedBundle
  readonly b: ComparedBundle
  /** Labelled rows that both score; the test rows of their bundles where absent. */
  readonly file?: ComparedFile | undefined
  /** Of the bootstrap. */
  readonly seed: number
}

/** One of two compared models, by itself. */
export interface ComparedSide extends BundleFacts {
  readonly name: string
  readonly blueprint: string
  /** As its training measured it, on its own test rows. */
  readonly test: TestEvaluation
  readonly promotable: boolean
  readonly certainty: string
  readonly constraint_results: Evaluation['selection']['constraints']
}

/** Everything in which two bundles differ. */
export interface BundleComparison {
  readonly format_version: 1
  readonly a: ComparedSide
  readonly b: ComparedSide
  readonly compared_on: ComparedOn
  /** Null where no row can be compared; then `reason` says why and the figures of `a` and `b` stand unpaired. */
  readonly paired: ModelsComparison | null
  readonly reason: string | null
  readonly features: ListDifference<string>
  /** Raw columns that scoring reads. */
  readonly inputs: ListDifference<string>
  readonly steps: ListDifference<StepSpecification>
  readonly differences: readonly FactDifference[]
  /** What to be careful about, as sentences. */
  readonly warnings: readonly string[]
}

/**
 * Compares two bundles: what they are made of, and how they do on the same rows. The rows are those that both were
 * tested on, told by the test predictions that bundles of the same data keep, or those of a labelled file that both
 * score. A row that one of the two was fitted on is no test of it and is left out and counted.
 *
 * @param options bundles, a file with scorers of both, seed
 * @returns metrics side by side; the paired comparison, or why there is none; features, steps and facts that differ
 * @throws ClaimsError `invalid_parameter` where the two look for different things; `damaged_bundle`; with a file,
 *   reading and label errors
 * @example
 * const { paired, reason } = await compareBundles({ a: { name: 'old', bundle: old }, b: { name: 'new', bundle }, seed: 42 })
 */
export async function compareBundles({ a, b, file, seed }: CompareBundlesOptions): Promise<BundleComparison> {
  requireSameLabel(a, b)
  const [ofA, ofB] = [await bundleFacts(a.bundle), await bundleFacts(b.bundle)]
  const { rows, reason, on, warnings } = await (file === undefined
    ? sharedTestRows(a, b)
    : sharedFileRows({ a, b }, file))
  const measured = rows === null ? { comparison: null, reason } : measure(rows, { a, b, ofA, ofB, seed })
  const [first, second] = [a.bundle.manifest, b.bundle.manifest]
  return {
    format_version: 1,
    a: side(a, ofA),
    b: side(b, ofB),
    compared_on: on,
    paired: measured.comparison,
    reason: measured.reason,
    features: listDifference(
      first.features.map(({ name }) => name),
      second.features.map(({ name }) => name),
    ),
    inputs: listDifference(
      first.input_schema.map(({ name }) => name),
      second.input_schema.map(({ name }) => name),
    ),
    steps: listDifference(first.blueprint.steps, second.blueprint.steps),
    differences: differencesOf(comparable(ofA.facts), comparable(ofB.facts)),
    warnings: [
      ...warnings,
      ...(rows === null ? [] : equalTexts({ a, b }, rows)),
      ...(measured.comparison?.cautions ?? []),
    ],
  }
}

function measure(
  rows: PairedRows,
  of: {
    readonly a: ComparedBundle
    readonly b: ComparedBundle
    readonly ofA: ReadBundle
    readonly ofB: ReadBundle
    readonly seed: number
  },
): { readonly comparison: ModelsComparison | null; readonly reason: string | null } {
  const model = ({ name }: ComparedBundle, { policy }: ReadBundle, probability: Float64Array) => ({
    ...{ name, probability, threshold: policy.threshold.value, costs: policy.costs },
  })
  const positives = rows.target.reduce((sum, label) => sum + label, 0)
  if (positives === 0 || positives === rows.target.length) {
    const only = positives === 0 ? 'negative' : 'positive'
    return {
      comparison: null,
      reason: `all ${rows.target.length.toLocaleString('en')} rows that can be compared are ${only}`,
    }
  }
  const comparison = compareModels({
    ...{ target: rows.target, groups: rows.groups, seed: of.seed },
    a: model(of.a, of.ofA, rows.a),
    b: model(of.b, of.ofB, rows.b),
  })
  return { comparison, reason: null }
}

function side({ name, bundle }: ComparedBundle, { facts, evaluation }: ReadBundle): ComparedSide {
  const { promotable, certainty, constraints } = evaluation.selection
  return {
    ...{ name, blueprint: bundle.manifest.blueprint.name, ...facts, test: evaluation.test },
    ...{ promotable, certainty, constraint_results: constraints },
  }
}

/** Facts without what differs between any two bundles. */
function comparable({ created_at: _created, manifest_sha256: _manifest, ...facts }: BundleFacts): unknown {
  return facts
}
