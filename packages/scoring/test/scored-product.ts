import { createHash } from 'node:crypto'
import {
  canonicalJson,
  ClaimsError,
  manifestSchema,
  parseBlueprint,
  type Blueprint,
  type BundleFiles,
  type Manifest,
  type Policy,
} from '@claims/contracts'
import { createRandom, frameFromRows, toMatrix, type Frame } from '@claims/frame'
import { featureSteps } from '@claims/features'
import { identityCalibrator, logisticRegression } from '@claims/models'
import { fitSteps } from '@claims/preprocessing'
import { buildPolicy, fittedPipeline, seenValues, type FittedPipeline } from '../src/index.ts'

/** Of claims whose worth is a product, so that a feature can be too large. */
export const blueprint: Blueprint = parseBlueprint({
  format_version: 1,
  name: 'small',
  columns: [
    { name: 'id', role: 'id', type: 'category' },
    { name: 'amount', role: 'numeric', type: 'number', minimum: 0 },
    { name: 'factor', role: 'numeric', type: 'number' },
    { name: 'y', role: 'label', type: 'category' },
  ],
  label: { column: 'y', positive: 'yes' },
  split: { kind: 'stratified' },
  steps: [{ kind: 'product', parameters: { left: 'amount', right: 'factor', output: 'worth' } }],
  candidates: [{ name: 'plain', kind: 'logistic_regression' }],
  costs: { false_negative: 4, false_positive: 1, manual_review: 1 },
})
export const policy: Policy = buildPolicy({
  threshold: { value: 0.5, chosen_on: 'validation', rule: 'minimum expected cost' },
  blueprint,
})

/** Rows of the columns that are scored. */
export function claims(rows: readonly { id: string | null; amount: number; factor: number }[]): Frame {
  return frameFromRows(
    rows.map((row) => ({ ...row })),
    { id: 'category', amount: 'number', factor: 'number' },
  )
}
export const trainingRows: Frame = claims(
  Array.from({ length: 40 }, (_, i) => ({ id: `T-${String(i)}`, amount: i, factor: 1 + (i % 3) })),
)

/** Logistic regression on amount, factor and their product. @param inputs raw columns that it reads */
export async function fitPipeline(): Promise<FittedPipeline> {
  const inputs = ['amount', 'factor']
  const target = Uint8Array.from({ length: 40 }, (_, i) => (i >= 20 ? 1 : 0))
  const { fitted, frame } = fitSteps(featureSteps, blueprint.steps, {
    frame: trainingRows.select(inputs),
    target,
    context: { roles: new Map(), random: createRandom(1) },
  })
  const model = await logisticRegression
    .create({})
    .fit(toMatrix(frame, frame.names), target, { seed: 1, threads: 1 })
  return fittedPipeline({
    inputs,
    columns: blueprint.columns,
    features: { steps: fitted, names: frame.names },
    model,
    calibrator: identityCalibrator,
  })
}

/** A bundle in memory. @param withSeen whether it tells what training held */
export async function bundleOf(pipeline: FittedPipeline, withSeen: boolean): Promise<BundleFiles> {
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value))
  const files = new Map([
    ...(await pipeline.save()),
    ['policy.json', json(policy)] as const,
    ...(withSeen
      ? [['seen-values.json', json(seenValues(trainingRows, { sha256: 'ab', seed: 1 }))] as const]
      : []),
  ])
  const manifest = manifestOf(
    Object.fromEntries(
      [...files].map(([name, bytes]) => [
        name,
        { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
      ]),
    ),
  )
  return {
    manifest,
    manifestSha256: '00',
    read: (name) => {
      const bytes = files.get(name)
      return bytes === undefined
        ? Promise.reject(new ClaimsError('file_not_found', `There is no ${name}`))
        : Promise.resolve(bytes)
    },
  }
}

/** A manifest of the small blueprint. */
export function manifestOf(files: Manifest['files'] = {}): Manifest {
  return manifestSchema.parse({
    format_version: 3,
    name: 'small',
    blueprint,
    input_schema: ['amount', 'factor'].map((name) => ({ name, type: 'number', required: true })),
    features: [],
    model: { kind: 'logistic_regression', candidate: 'plain' },
    library_versions: {},
    data: { source: 'claims.csv', sha256: 'ab', rows: 40, rejected_rows: 0, positives: 20 },
    seed: 1,
    created_at: '2024-01-01T00:00:00Z',
    files,
    headline: { roc_auc: 1, roc_auc_lower: 1, roc_auc_upper: 1, promotable: true },
  })
}
