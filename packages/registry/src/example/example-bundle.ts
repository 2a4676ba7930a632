import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleFormatVersion, canonicalJson, type Manifest, parseBlueprint } from '@claims/contracts'
import { writeBundle, type ManifestFacts } from '../bundle/write-bundle.ts'

/** What a test may want to set about an example bundle. */
export interface ExampleBundleOptions {
  /** Recorded and mixed into the files, so that two seeds give two different bundles. */
  readonly seed?: number
  readonly promotable?: boolean
}

/** A small, valid set of manifest facts, for tests of what stores and moves bundles. */
export function exampleManifestFacts(options: ExampleBundleOptions = {}): ManifestFacts {
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

/** Writes a bundle with a few real files; nothing in it can score. */
export async function writeExampleBundle(
  directory: string,
  options: ExampleBundleOptions = {},
): Promise<Manifest> {
  const seed = options.seed ?? 42
  return await writeBundle(directory, async (temporary) => {
    await mkdir(join(temporary, 'model'))
    await writeFile(join(temporary, 'model', 'weights.json'), canonicalJson({ seed, weights: [seed / 7, 2] }))
    await writeFile(join(temporary, 'pipeline.json'), canonicalJson({ seed, steps: [] }))
    await writeFile(join(temporary, 'model-card.md'), `# Example ${String(seed)}\n`)
    return exampleManifestFacts(options)
  })
}
