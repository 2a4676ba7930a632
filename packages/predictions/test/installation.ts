import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase } from '@claims/servers/postgres'
import {
  DatabaseLedger,
  DatabasePredictionLog,
  DatabaseSubjectKeyStore,
  migrate,
  noteInLedger,
  openDatabase,
  type Database,
  type DatabaseKind,
} from '@claims/database'
import { readBatches } from '@claims/ingestion'
import { classifierDefinitions } from '@claims/models'
import { DirectoryArtifactStore, openBundle } from '@claims/registry'
import { loadScorer, type ScoredRow, type Scorer } from '@claims/scoring'
import {
  accessLog,
  createPredictionRecorder,
  frameInputs,
  masterKey,
  replayPrediction,
  SubjectVault,
  type MasterKey,
  type Replay,
} from '../src/index.ts'

/** A frozen bundle of a name, with rows to score. */
export function frozen(name: string): { readonly bundle: string; readonly rows: string } {
  const folder = join(import.meta.dirname, '../../pipeline/test/bundles', name)
  return { bundle: join(folder, 'bundle'), rows: join(folder, 'to-score.csv') }
}

/** The moment that rules of tests count from. */
export const longAgo: Date = new Date('2025-03-04T05:06:07.089Z')
const product = { version: '0.0.1', libraries: [{ name: 'node', version: '20.0.0' }] }

/** A database, a store of bundles and a master key of their own, with what works on them. */
export interface Installation {
  readonly database: Database
  readonly log: DatabasePredictionLog
  readonly ledger: DatabaseLedger
  readonly store: DatabaseSubjectKeyStore
  readonly artifacts: DirectoryArtifactStore
  readonly master: MasterKey
  readonly folder: string
  vault(master?: MasterKey): Promise<SubjectVault>
  /** Opens a bundle and keeps it. */
  scorer(directory: string): Promise<Scorer>
  /** Scores and records rows of a file. */
  recordFile(scorer: Scorer, file: string, idempotencyKey?: string): Promise<Recorded>
  replay(id: string): Promise<Replay>
  /** What the system's ledger says. */
  told(): Promise<readonly Record<string, unknown>[]>
  dispose(): Promise<void>
}

/** Rows that were recorded, with their ids in order. */
export interface Recorded {
  readonly scored: readonly ScoredRow[]
  readonly ids: readonly string[]
}

/** Declares the same tests for both kinds of database. */
export function describeKinds(title: string, body: (kind: DatabaseKind) => void): void {
  for (const kind of ['sqlite', 'postgres'] as const)
    describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `${title}, ${kind}`, () => {
      body(kind)
    })
}

/** An empty installation. */
export async function newInstallation(kind: DatabaseKind): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'claims-predictions-'))
  const server = kind === 'postgres' ? await newPostgresDatabase() : undefined
  const database = await openDatabase({ url: server?.url ?? join(folder, 'claims.sqlite') })
  await migrate(database)
  const master = masterKey(randomBytes(32))
  const [log, ledger] = [new DatabasePredictionLog(database), new DatabaseLedger(database)]
  const store = new DatabaseSubjectKeyStore(database)
  const artifacts = new DirectoryArtifactStore(join(folder, 'bundles'))
  const vault = async (other = master): Promise<SubjectVault> =>
    await SubjectVault.open({ store, ledger, master: other })
  const manifests = new Map<Scorer, string>()
  return {
    ...{ database, log, ledger, store, artifacts, master, folder, vault },
    scorer: async (directory) => {
      const bundle = await openBundle(directory)
      await artifacts.put(bundle)
      const scorer = await loadScorer(bundle, { threads: 1 })
      manifests.set(scorer, bundle.manifestSha256)
      return scorer
    },
    recordFile: async (scorer, file, idempotencyKey) => {
      const { manifest, policy, inputColumns } = scorer
      const manifestSha256 = manifests.get(scorer) ?? ''
      const recorder = createPredictionRecorder({
        ...{ log, vault: await vault(), idempotencyKey },
        model: { name: manifest.name, version: null, requested: 'test', manifest, manifestSha256, policy },
        facts: {
          caller: { actor: 'ada', source: 'test' },
          ...{ purpose: 'test', legal_basis: null, arm: 'none', product },
          retention: { class: null, delete_after: null },
        },
      })
      const scored: ScoredRow[] = []
      const ids: string[] = []
      for await (const { frame, findings, firstRow } of readBatches(file, {
        ...{ columns: inputColumns, batchRows: 50 },
      })) {
        const options = { reasons: 3, now: longAgo, firstRow, evidence: true }
        const some = scorer.scoreFrame(frame, findings, options)
        scored.push(...some)
        const given = { firstRow, now: longAgo, reasons: 3, milliseconds: 1 }
        ids.push(
          ...(await recorder.record({ scored: some, inputOf: frameInputs(frame, findings), ...given })),
        )
      }
      return { scored, ids }
    },
    replay: async (id) =>
      await replayPrediction(id, {
        ...{ log, ledger, artifacts, vault: await vault(), catalog: classifierDefinitions(), product },
        access: accessLog((entry) => noteInLedger(database, '_system', entry), {
          ...{ actor: 'ada', reason: 'test' },
        }),
      }),
    told: async () =>
      (await ledger.read('_system')).map((line) => JSON.parse(line) as Record<string, unknown>),
    dispose: async () => {
      for (const scorer of manifests.keys()) scorer.dispose()
      await database.close()
      await server?.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
