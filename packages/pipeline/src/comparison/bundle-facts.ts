import {
  canonicalJson,
  columnOfRole,
  evaluationSchema,
  policySchema,
  readBundleFile,
  referenceProfileSchema,
  upgradeReferenceProfile,
  type BundleFiles,
  type Evaluation,
  type Manifest,
  type Policy,
} from '@claims/contracts'

/** What a bundle says of itself, in the terms of a comparison. */
export interface BundleFacts {
  readonly created_at: string
  readonly manifest_sha256: string
  readonly model: {
    readonly kind: string
    readonly candidate: string
    readonly parameters: Readonly<Record<string, unknown>>
  }
  readonly data: Omit<Manifest['data'], 'source'> & {
    readonly source: string
    /** First and last day of the training rows' event times; null where they have none or the bundle does not say. */
    readonly window: { readonly from: string; readonly to: string } | null
    readonly commit: string | null
  }
  readonly split: Evaluation['split'] & { readonly test_share: number; readonly folds: number }
  readonly label: {
    readonly column: string
    readonly positive: string
    readonly maturity: Manifest['label_maturity']
  }
  readonly threshold: Policy['threshold']
  readonly decisions: Policy['decisions']
  readonly costs: Policy['costs']
  readonly constraints: Manifest['blueprint']['selection']['constraints']
  readonly calibration: string
  readonly quality: Manifest['blueprint']['quality']
  readonly seed: number
  readonly product: Manifest['product']
  readonly library_versions: Manifest['library_versions']
}

/** A bundle's files that a comparison reads. */
export interface ReadBundle {
  readonly facts: BundleFacts
  readonly evaluation: Evaluation
  readonly policy: Policy
}

/** Reads what a bundle says of itself. @throws ClaimsError `damaged_bundle`, `unsupported_format_version` */
export async function bundleFacts(bundle: BundleFiles): Promise<ReadBundle> {
  const { manifest, manifestSha256 } = bundle
  const evaluation = await readBundleFile(bundle, 'evaluation.json', evaluationSchema)
  const policy = await readBundleFile(bundle, 'policy.json', policySchema)
  const { blueprint } = manifest
  const selected = evaluation.candidates.find((candidate) => candidate.selected)
  const facts: BundleFacts = {
    created_at: manifest.created_at,
    manifest_sha256: manifestSha256,
    model: { ...manifest.model, parameters: selected?.parameters ?? {} },
    data: { ...manifest.data, window: await windowOf(bundle), commit: manifest.data_commit },
    split: { ...evaluation.split, test_share: blueprint.split.test_share, folds: blueprint.split.folds },
    label: { column: evaluation.label, positive: evaluation.positive, maturity: manifest.label_maturity },
    ...{ threshold: policy.threshold, decisions: policy.decisions, costs: policy.costs },
    ...{ constraints: blueprint.selection.constraints, calibration: blueprint.calibration },
    ...{ quality: blueprint.quality, seed: manifest.seed, product: manifest.product },
    library_versions: manifest.library_versions,
  }
  return { facts, evaluation, policy }
}

/** Days between which the training rows lie, where event times are among what the profile sketches. */
async function windowOf(bundle: BundleFiles): Promise<BundleFacts['data']['window']> {
  const file = 'reference-profile.json'
  const time = columnOfRole(bundle.manifest.blueprint.columns, 'event_time')?.name
  if (time === undefined || !Object.hasOwn(bundle.manifest.files, file)) return null
  const profile = upgradeReferenceProfile(await readBundleFile(bundle, file, referenceProfileSchema))
  const sketch = profile.columns[time]
  if (sketch?.kind !== 'number' || sketch.minimum === null || sketch.maximum === null) return null
  const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)
  return { from: day(sketch.minimum), to: day(sketch.maximum) }
}

/** A place at which two bundles say different things. */
export interface FactDifference {
  /** Path of the fact, such as `model.parameters.max_depth`. */
  readonly field: string
  readonly a: unknown
  readonly b: unknown
}

/** Every place at which two values differ; lists are compared as a whole, a key that is absent is null. */
export function differencesOf(a: unknown, b: unknown, field = ''): FactDifference[] {
  if (isRecord(a) && isRecord(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
    return names.flatMap((name) => differencesOf(a[name], b[name], field === '' ? name : `${field}.${name}`))
  }
  return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [{ field, a: a ?? null, b: b ?? null }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What two lists have in common, and what only one of them has. */
export interface ListDifference<T> {
  readonly both: number
  readonly only_a: readonly T[]
  readonly only_b: readonly T[]
}

/** Compares two lists as bags; an entry is what its canonical JSON says. */
export function listDifference<T>(a: readonly T[], b: readonly T[]): ListDifference<T> {
  const left = new Map<string, number>()
  for (const each of b) left.set(canonicalJson(each), (left.get(canonicalJson(each)) ?? 0) + 1)
  const take = (each: T): boolean => {
    const count = left.get(canonicalJson(each)) ?? 0
    if (count > 0) left.set(canonicalJson(each), count - 1)
    return count > 0
  }
  const onlyA = a.filter((each) => !take(each))
  const onlyB = [...b]
    .reverse()
    .filter((each) => take(each))
    .reverse()
  return { both: a.length - onlyA.length, only_a: onlyA, only_b: onlyB }
}
