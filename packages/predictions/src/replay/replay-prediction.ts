import {
  ClaimsError,
  type ArtifactStore,
  type BundleFiles,
  type Ledger,
  type LoggedPrediction,
  type PredictionLog,
  type PredictionRecord,
} from '@claims/contracts'
import type { ModelCatalog } from '@claims/models'
import { loadScorer } from '@claims/scoring'
import type { AccessLog } from '../subjects/access-log.ts'
import { openContent } from '../sealed-content.ts'
import type { SubjectVault } from '../subjects/subject-vault.ts'
import { verifyPlace, type PlaceCheck } from '../verify-place.ts'
import { compareRows, type ReplayDifference } from './compare-rows.ts'
import { replayRow } from './replay-row.ts'

/** What a replay needs. */
export interface ReplayParts {
  readonly log: PredictionLog
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
  readonly vault: SubjectVault
  /** Told that personal data is about to be opened. */
  readonly access: AccessLog
  readonly catalog: ModelCatalog
  /** What scores now. */
  readonly product: PredictionRecord['product']
}

/** What a replay came to. */
export interface Replay {
  readonly prediction: string
  readonly exact: boolean
  /** What is not as recorded; empty where it is exact. */
  readonly differences: readonly ReplayDifference[]
  /** What scores otherwise than then, in words: another product, other libraries. */
  readonly changed: readonly string[]
  readonly record: PredictionRecord
  readonly place: PlaceCheck
}

/**
 * Makes a past prediction again from its record and the bundle that it names, whatever became of aliases and versions since,
 * and compares it bit for bit.
 *
 * @param id of the prediction
 * @param parts where everything is
 * @returns what is equal, and what is not
 * @throws ClaimsError why it cannot be made again: `unknown_prediction`, `ledger_dropped`, `damaged_record`, `subject_erased`,
 *   `wrong_master_key`, `damaged_bundle` where the bundle is gone or was altered, `library_unavailable`
 */
export async function replayPrediction(id: string, parts: ReplayParts): Promise<Replay> {
  const logged = await findPrediction(parts.log, id)
  const { record } = logged
  const place = await verifyPlace(parts.ledger, logged)
  const key = await parts.vault.keyOf(record.subject)
  await parts.access.note({ action: 'replay_prediction', subject: record.subject, predictions: [record.id] })
  const content = openContent(key, logged)
  const scorer = await loadScorer(await bundleOf(parts.artifacts, record), {
    threads: 1,
    catalog: parts.catalog,
  })
  try {
    const columns = new Set(scorer.manifest.blueprint.columns.map(({ name }) => name))
    const row = replayRow(scorer, record, content)
    const differences = compareRows(record, content, { row, columns })
    const changed = changesOf(record.product, parts.product)
    return { prediction: id, exact: differences.length === 0, differences, changed, record, place }
  } finally {
    scorer.dispose()
  }
}

/** The record of an id. @throws ClaimsError `unknown_prediction`; those of `PredictionLog.find` */
export async function findPrediction(log: PredictionLog, id: string): Promise<LoggedPrediction> {
  const logged = await log.find(id)
  if (logged !== null) return logged
  throw new ClaimsError('unknown_prediction', `There is no record of prediction ${id}`, {
    problems: [
      { field: 'prediction', problem: 'is not recorded', allowed: 'an id of claims predictions list' },
    ],
  })
}

async function bundleOf(artifacts: ArtifactStore, { id, model }: PredictionRecord): Promise<BundleFiles> {
  try {
    return await artifacts.open(model.manifest_sha256)
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'file_not_found') throw error
    const problem = `is gone: no bundle has the manifest ${model.manifest_sha256}`
    throw new ClaimsError('damaged_bundle', `The bundle of prediction ${id} ${problem}`, {
      cause: error,
      problems: [{ field: 'model', problem, allowed: 'the bundle that scored' }],
    })
  }
}

function changesOf(then: PredictionRecord['product'], now: PredictionRecord['product']): readonly string[] {
  const versions = ({ version, libraries }: PredictionRecord['product']): ReadonlyMap<string, string> =>
    new Map([['claims', version], ...libraries.map((each): [string, string] => [each.name, each.version])])
  const [before, after] = [versions(then), versions(now)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name} was ${before.get(name) ?? 'absent'} and is ${after.get(name) ?? 'absent'}`)
}
