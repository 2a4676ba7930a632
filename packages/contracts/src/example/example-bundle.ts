import type { BundleFiles } from '../bundle-files.ts'
import { bundleFormatVersion } from '../bundle-format.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { SelectionConstraints } from '../blueprint.ts'
import { ClaimsError } from '../claims-error.ts'
import { sha256 } from '../files/file-digest.ts'
import type { Evaluation } from '../evaluation.ts'
import type { Manifest } from '../manifest.ts'
import { parseBlueprint } from '../parse-blueprint.ts'

/** What a test may want to set about an example bundle. */
export interface ExampleBundleOptions {
  /** Recorded and mixed into the files, so that two seeds give two different bundles. */
  readonly seed?: number
  readonly promotable?: boolean
  /** What its blueprint demands; nothing where absent. */
  readonly constraints?: SelectionConstraints
  /** Its `evaluation.json`; none where absent. */
  readonly evaluation?: Evaluation
}

/** A small, valid set of manifest facts, for tests of what stores and moves bundles. */
export function exampleManifestFacts(options: ExampleBundleOptions = {}): Omit<Manifest, 'files'> {
  return {
    format_version: bundleFormatVersion,
    name: 'example',
    blueprint: parseBlueprint({
      format_version: 1,
      name: 'example',
      columns: [
        { name: 'claim_id', role: 'id', type: 'text', required: true },
        { name: 'amount', role: 'numeric', type: 'number', unit: 'USD', required: true },
        { name: 'fraud', role: 'label', type: 'category' },
      ],
      label: { column: 'fraud', positive: 'Y' },
      split: { kind: 'stratified' },
      candidates: [{ name: 'logistic', kind: 'logistic_regression' }],
      selection: { constraints: options.constraints ?? {} },
      costs: { false_negative: 10_000, false_positive: 500, manual_review: 150 },
    }),
    input_schema: [
      { name: 'claim_id', type: 'text', required: true },
      { name: 'amount', type: 'number', required: true },
    ],
    features: [{ name: 'amount', sources: ['amount'] }],
    model: { kind: 'logistic_regression', candidate: 'logistic' },
    library_versions: {},
    data: { source: 'example.csv', sha256: '0'.repeat(64), rows: 100, rejected_rows: 0, positives: 20 },
    seed: options.seed ?? 42,
    label_maturity: null,
    product: null,
    data_commit: null,
    created_at: '2026-01-01T00:00:00.000Z',
    headline: {
      roc_auc: 0.8,
      roc_auc_lower: 0.7,
      roc_auc_upper: 0.9,
      promotable: options.promotable ?? true,
      reasons: options.promotable === false ? ['Recall is 70.0 %, the limit is at least 85.0 %.'] : [],
    },
  }
}

/**
 * A bundle in memory with a few files, for tests of stores; nothing in it can score. Every `read` gives bytes of its own.
 *
 * @param options what differs from one example to the next
 * @returns its files, hashed into a manifest
 */
export function exampleBundle(options: ExampleBundleOptions = {}): BundleFiles {
  const seed = options.seed ?? 42
  const files = new Map<string, Uint8Array>([
    ['model/weights.json', bytesOf(canonicalJson({ seed, weights: [seed / 7, 2] }))],
    ['pipeline.json', bytesOf(canonicalJson({ seed, steps: [] }))],
    ['model-card.md', bytesOf(`# Example ${String(seed)}\n`)],
    ...(options.evaluation === undefined
      ? []
      : [['evaluation.json', bytesOf(canonicalJson(options.evaluation))] as const]),
  ])
  const digests = [...files].map(([name, bytes]) => [
    name,
    { sha256: sha256(bytes), bytes: bytes.byteLength },
  ])
  const manifest: Manifest = {
    ...exampleManifestFacts(options),
    files: Object.fromEntries(digests) as Manifest['files'],
  }
  const written = bytesOf(canonicalJson(manifest))
  files.set('manifest.json', written)
  return {
    manifest,
    manifestSha256: sha256(written),
    read: (name) => {
      const bytes = files.get(name)
      return bytes === undefined
        ? Promise.reject(new ClaimsError('file_not_found', `The example has no file ${name}`))
        : Promise.resolve(bytes.slice())
    },
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
