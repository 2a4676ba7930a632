import { ClaimsError, emptyLedger } from '@claims/contracts'
import { requireModelName } from '../../model-names.ts'
import { unknownModel } from '../../rules/refusals.ts'
import { modelTags, tagOf } from '../mlflow-tags.ts'
import { atMlflow, type MlflowCalls } from '../mlflow-failure.ts'
import { findModel, findRenamed, placeOf, readMirror } from './found-mirror.ts'
import { mirrorDifferences } from './mirror-difference.ts'
import { attempt, repairDifference } from './repair-difference.ts'
import type { MirrorParts, MirrorResult, MirrorRow } from './mirror-parts.ts'
import { hashedHistory, wantedMirror, type HashedHistory } from './wanted-mirror.ts'

/** How often a history is read again because it grew meanwhile. */
const mostRounds = 8

/**
 * Sends what of a model's history is not at MLflow yet: versions with their bundle, aliases, and tags that say who moved
 * them, when, why and by which entry. The history is the outbox: tags of the registered model say how far it was sent, so
 * nothing is lost while MLflow is away, and sending twice does nothing the second time. What others changed is not looked
 * for (`reconcileModel` does); where it is in the way of a change, the registry's goes before it, and the row says so.
 *
 * @param parts of the mirror
 * @param name of the model
 * @returns what was sent
 * @throws ClaimsError `unknown_model`; `tracking_refused` where the model at MLflow is not the mirror of this history, or
 *   has another name by now; `tracking_unavailable`, `invalid_configuration`, `aborted`; errors of the registry
 *
 * @example
 * const { rows } = await mirrorModel({ ledger, artifacts, mlflow }, 'motor')
 */
export async function mirrorModel(parts: MirrorParts, name: string): Promise<MirrorResult> {
  return await atMlflow(parts.mlflow, () => mirrored(parts, name))
}

async function mirrored(parts: MirrorParts, name: string): Promise<MirrorResult> {
  const { mlflow, signal } = parts
  const call = signal ? { signal } : {}
  const address = mlflow.transport.trackingUri
  const rows: MirrorRow[] = []
  const notes = new Set<string>()
  let history = await readLedger(parts, name)
  for (let round = 0; ; round += 1) {
    const model = await findModel(mlflow, name, call)
    requireNoPrompt(model)
    const place = placeOf(model, history)
    if (place.kind === 'foreign') throw foreignMirror(name, { address, place, history })
    const position = place.kind === 'at' ? place.position : 0
    const { entries } = history
    const sha256 = history.hashes[position - 1] ?? emptyLedger
    if (position === entries.length)
      return { name, address, entries: entries.length, position, sha256, rows, notes: [...notes] }
    if (round === mostRounds)
      throw new ClaimsError('overloaded', `The history of ${name} is changed by others all the time`)
    if (model === null) await requireNotRenamed(mlflow, name, call)
    const wanted = { base: wantedMirror(history, position), now: wantedMirror(history) }
    const registered = model ?? (await mlflow.registeredModels.getOrCreate(name, call))
    const found = await readMirror(mlflow, registered, { wanted: wanted.now, signal })
    const differences = mirrorDifferences(name, { ...wanted, found }).filter(({ due }) => due)
    const numbers = numbersOf(found.mapped)
    for (const { repair, ...row } of differences) {
      if (repair === null) continue
      const problem = await attempt(async () => {
        for (const note of await repairDifference(parts, { name, repair, numbers })) notes.add(note)
      })
      rows.push(problem === null ? { ...row, state: 'sent' } : { ...row, state: 'left', problem })
    }
    for (const note of newCuts(wanted)) notes.add(note)
    if (rows.some(({ state }) => state === 'left'))
      return { name, address, entries: entries.length, position, sha256, rows, notes: [...notes] }
    await markPlace(parts, name, history)
    history = await readLedger(parts, name)
  }
}

/** What is cut of the entries that were not sent before. */
function newCuts({
  base,
  now,
}: {
  readonly base: { cut: readonly string[] }
  readonly now: { cut: readonly string[] }
}): readonly string[] {
  return now.cut.filter((note) => !base.cut.includes(note))
}

/** MLflow's number by version of the registry. */
export function numbersOf(mapped: ReadonlyMap<string, { readonly version: string }>): Map<string, string> {
  return new Map([...mapped].map(([version, found]) => [version, found.version]))
}

/** A model's history, with hashes. @throws ClaimsError `unknown_model` where there is none */
export async function readLedger(parts: Pick<MirrorParts, 'ledger'>, name: string): Promise<HashedHistory> {
  requireModelName(name)
  const history = hashedHistory(name, await parts.ledger.read(name))
  if (history.entries.length === 0) throw unknownModel(name)
  return history
}

/** Says at MLflow how far a history is mirrored. The hash goes first, since it is what counts. */
export async function markPlace(
  { mlflow, signal }: Pick<MirrorParts, 'mlflow' | 'signal'>,
  name: string,
  { hashes }: HashedHistory,
): Promise<void> {
  const call = signal ? { signal } : {}
  const set = async (key: string, value: string): Promise<void> =>
    mlflow.registeredModels.setTag({ name, key, value }, call)
  await set(modelTags.sha256, hashes.at(-1) ?? emptyLedger)
  await set(modelTags.position, String(hashes.length))
}

/** MLflow 3 keeps prompts among the registered models. */
export function requireNoPrompt(
  model: { readonly name: string; readonly tags: readonly { key: string; value: string }[] } | null,
): void {
  if (model === null || tagOf(model.tags, 'mlflow.prompt.is_prompt')?.toLowerCase() !== 'true') return
  throw refused(`${model.name} is the name of a prompt at MLflow`, {
    field: model.name,
    problem: 'is the name of a prompt at MLflow',
    allowed: 'a model of another name',
  })
}

async function requireNotRenamed(
  mlflow: MlflowCalls,
  name: string,
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  const [renamed] = await findRenamed(mlflow, name, call)
  if (renamed === undefined) return
  throw refused(
    `MLflow's model ${name} is called ${renamed.name} now; claims mlflow reconcile ${name} settles it`,
    {
      field: name,
      problem: `is called ${renamed.name} at MLflow`,
      allowed: `claims mlflow reconcile ${name}`,
    },
  )
}

function foreignMirror(
  name: string,
  {
    address,
    place,
    history,
  }: {
    readonly address: string
    readonly place: { readonly sha256: string; readonly position: string }
    readonly history: HashedHistory
  },
): ClaimsError {
  const problem = `names entry ${place.position} with the hash ${place.sha256.slice(0, 12)}, which is not among the ${String(history.hashes.length)} of this registry`
  return refused(`The model ${name} at ${address} mirrors another history: its tag ${problem}`, {
    field: modelTags.sha256,
    problem,
    allowed: `the mirror of this registry; claims mlflow reconcile ${name} --take-over makes it so`,
  })
}

function refused(message: string, problem: { field: string; problem: string; allowed: string }): ClaimsError {
  return new ClaimsError('tracking_refused', message, { problems: [problem] })
}
