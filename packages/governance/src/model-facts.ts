import {
  evaluationSchema,
  policySchema,
  readBundleFile,
  type ArtifactStore,
  type BundleFiles,
  type Evaluation,
  type Ledger,
  type Manifest,
  type Policy,
  type PredictionLog,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { z } from 'zod'
import type { HistoryEntry, ModelRegistry, ModelVersion } from '@claims/registry'

/** Where facts are read. */
export interface FactSources {
  readonly registry: ModelRegistry
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
  /** Where predictions are recorded; absent where they are not. */
  readonly predictions?: PredictionLog | undefined
}

/** A line of a history and where it stands. */
export interface HistoryLine {
  readonly entry: HistoryEntry
  /** From 1. */
  readonly position: number
  /** Of the line, which the next one names. */
  readonly sha256: string
  /** How a document names it. */
  readonly record: string
}

/** A line of the ledger about the product itself, such as an erasure. */
export interface SystemLine {
  readonly time: string | null
  readonly action: string | null
  readonly actor: string | null
  readonly reason: string | null
  /** How a document names it. */
  readonly record: string
}

/** Everything that happened to a model. */
export interface ModelFacts {
  readonly name: string
  readonly history: readonly HistoryLine[]
}

/** Files of a bundle that documents are made of. */
type RecordFile =
  'manifest.json' | 'evaluation.json' | 'policy.json' | 'reference-profile.json' | 'test-predictions.bin'

/** A version and what its bundle says. */
export interface VersionFacts extends ModelFacts {
  readonly version: ModelVersion
  readonly manifest: Manifest
  readonly evaluation: Evaluation
  readonly policy: Policy
  /** Lines of the history that name the version. */
  readonly lines: readonly HistoryLine[]
  /** How a document names a field of its manifest, its evaluation or its policy. */
  readonly record: (file: RecordFile, field: string) => string
  /** Its bundle; what is read is checked by its hash. */
  readonly files: BundleFiles
}

/**
 * The history of a model, its chain checked.
 *
 * @throws ClaimsError `unknown_model`, `damaged_bundle`
 */
export async function readModelFacts({ registry, ledger }: FactSources, name: string): Promise<ModelFacts> {
  const entries = await registry.history(name)
  const lines = await ledger.read(name)
  return {
    name,
    history: entries.map((entry, i) => {
      const digest = sha256(lines[i] ?? '')
      const record = `history of ${name}, line ${String(i + 1)} (${digest.slice(0, 12)})`
      return { entry, position: i + 1, sha256: digest, record }
    }),
  }
}

/**
 * A version with what its bundle says; every file that is read is checked by its hash.
 *
 * @param reference `NAME` (its champion), `NAME@ALIAS` or `NAME@VERSION`
 * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`, `damaged_bundle`
 */
export async function readVersionFacts(sources: FactSources, reference: string): Promise<VersionFacts> {
  const { registry, artifacts } = sources
  const { name, version: number, manifest, manifestSha256 } = await registry.resolve(reference)
  const model = await readModelFacts(sources, name)
  const files = await artifacts.open(manifestSha256)
  const bundle = `bundle ${manifestSha256.slice(0, 12)}`
  return {
    ...model,
    version: await registry.get(name, number),
    manifest,
    evaluation: await readBundleFile(files, 'evaluation.json', evaluationSchema),
    policy: await readBundleFile(files, 'policy.json', policySchema),
    lines: model.history.filter(({ entry }) => entry.version === number),
    record: (file, field) => `${bundle}: ${file} ${field}`,
    files,
  }
}

/** Lines of the ledger about the product itself: accesses, erasures, checkpoints. */
export async function readSystemLines({ ledger }: FactSources): Promise<readonly SystemLine[]> {
  const lines: SystemLine[] = []
  for (let after = 0; ; after += pageLines) {
    const page = await ledger.page(systemLedger, { after, limit: pageLines })
    page.forEach((line, i) => {
      const { data } = systemLineSchema.safeParse(JSON.parse(line))
      const record = `ledger ${systemLedger}, line ${String(after + i + 1)} (${sha256(line).slice(0, 12)})`
      lines.push({
        time: data?.time ?? null,
        action: data?.action ?? data?.kind ?? null,
        actor: data?.actor ?? null,
        reason: data?.reason ?? null,
        record,
      })
    })
    if (page.length < pageLines) return lines
  }
}

const systemLedger = '_system'
const pageLines = 1_000
const systemLineSchema = z.object({
  time: z.string().optional(),
  action: z.string().optional(),
  kind: z.string().optional(),
  actor: z.string().optional(),
  reason: z.string().optional(),
})
