import { emptyLedger, type BundleFiles } from '@claims/contracts'
import type { ModelVersion, RegisteredModel } from '@claims/mlflow'
import { atMlflow } from '../mlflow-failure.ts'
import { versionTags } from '../mlflow-tags.ts'
import { findModel, findRenamed, placeOf, readMirror, type FoundMirror } from './found-mirror.ts'
import { mirrorDifferences, type MirrorDifference } from './mirror-difference.ts'
import { markPlace, numbersOf, readLedger, requireNoPrompt } from './mirror-model.ts'
import type { MirrorParts, MirrorResult, MirrorRow } from './mirror-parts.ts'
import { bundleFaults, restoreFiles, type BundleFault } from './mirrored-bundle.ts'
import { mirrorVersion } from './mirror-version.ts'
import { openRegistered } from './open-registered.ts'
import { attempt, repairDifference } from './repair-difference.ts'
import { wantedMirror, type HashedHistory, type WantedVersion } from './wanted-mirror.ts'

/** How a mirror is compared. */
export interface ReconcileOptions {
  /** Says what it would do, and does nothing. */
  readonly dryRun?: boolean | undefined
  /** Looks at names and sizes of bundles, not at their bytes. */
  readonly quick?: boolean | undefined
  /** Makes this registry's mirror of one that mirrors another history. */
  readonly takeOver?: boolean | undefined
  /** How many entries were mirrored as far as this installation remembers. */
  readonly remembered?: number | undefined
}

/**
 * Compares a model of the registry with MLflow, every byte of every bundle included, and repairs what the registry owns:
 * versions, their tags and bundles, aliases and their tags, the name. What others made is listed and left. Where a bundle
 * at MLflow is another one, the version is made anew and the altered one loses its tag, since its files are not ours to
 * replace.
 *
 * @param parts of the mirror
 * @param name of the model
 * @param options such as `dryRun`
 * @returns a row for each difference
 * @throws ClaimsError `unknown_model`; `tracking_unavailable`, `invalid_configuration`, `aborted`; errors of the registry
 *
 * @example
 * const { rows } = await reconcileModel({ ledger, artifacts, mlflow }, 'motor', { dryRun: true })
 */
export async function reconcileModel(
  parts: MirrorParts,
  name: string,
  options: ReconcileOptions = {},
): Promise<MirrorResult> {
  return await atMlflow(parts.mlflow, () => reconciled(parts, name, options))
}

async function reconciled(
  parts: MirrorParts,
  name: string,
  options: ReconcileOptions,
): Promise<MirrorResult> {
  const { mlflow, signal } = parts
  const { dryRun = false } = options
  const history = await readLedger(parts, name)
  const now = wantedMirror(history)
  const rows: MirrorRow[] = []
  const notes = new Set<string>(now.cut)
  const { model, rows: nameRows } = await settleName(parts, name, { ...options, history })
  rows.push(...nameRows)
  const place = placeOf(model, history)
  const { base, row, stop } = settlePlace(name, { place, history, options, model })
  if (row !== null) rows.push(row)
  const result = (position: number): MirrorResult => ({
    ...{ name, address: mlflow.transport.trackingUri, entries: history.entries.length, position, rows },
    sha256: history.hashes[position - 1] ?? emptyLedger,
    notes: [...notes],
  })
  if (stop || nameRows.some(({ state }) => state === 'left')) return result(base)
  const found: FoundMirror =
    model === null
      ? { model: emptyModel(name), versions: [], mapped: new Map() }
      : await readMirror(mlflow, model, { wanted: now, signal })
  const differences = mirrorDifferences(name, { base: wantedMirror(history, base), now, found })
  const numbers = numbersOf(found.mapped)
  if (dryRun) {
    rows.push(...differences.map(({ repair, ...one }) => ({ ...one, state: foundState(one, repair) })))
    for (const version of now.versions.values())
      rows.push(...(await bundleRows(parts, { name, version, found, options, notes })))
    return result(base)
  }
  if (model === null) await mlflow.registeredModels.getOrCreate(name, signal ? { signal } : {})
  for (const version of now.versions.values())
    rows.push(...(await bundleRows(parts, { name, version, found, options, notes, numbers })))
  for (const difference of differences) {
    const { repair, ...one } = difference
    if (repair === null) {
      rows.push({ ...one, state: foundState(one, repair) })
      continue
    }
    // A version that was made anew has all its tags.
    if (repair.kind === 'set_version_tag' && renewed(found, numbers, repair.version)) continue
    const problem = await attempt(async () => {
      for (const note of await repairDifference(parts, { name, repair, numbers })) notes.add(note)
    })
    rows.push({
      ...one,
      state: problem === null ? doneState(one) : 'left',
      ...(problem !== null && { problem }),
    })
  }
  for (const [alias, { version }] of now.aliases)
    if (renewed(found, numbers, version))
      await mlflow.registeredModels.setAlias(
        { name, alias, version: numbers.get(version) ?? '' },
        signal ? { signal } : {},
      )
  if (rows.some(({ state, due }) => state === 'left' && due)) return result(base)
  await markPlace(parts, name, history)
  return result(history.entries.length)
}

/** The registered model, also under another name that somebody gave it; that is taken back. */
async function settleName(
  { mlflow, signal }: MirrorParts,
  name: string,
  { dryRun = false, history }: ReconcileOptions & { readonly history: HashedHistory },
): Promise<{ readonly model: RegisteredModel | null; readonly rows: readonly MirrorRow[] }> {
  const call = signal ? { signal } : {}
  const model = await findModel(mlflow, name, call)
  requireNoPrompt(model)
  const renamed = (await findRenamed(mlflow, name, call)).filter(
    (other) => placeOf(other, history).kind === 'at',
  )
  const row = (mlflowSays: string): Omit<MirrorRow, 'state'> => ({
    ...{ what: 'model', subject: name, registry: name, mlflow: mlflowSays, due: false, altered: true },
  })
  const [other, ...more] = renamed
  if (model !== null)
    return {
      model,
      rows: renamed.map((one) => ({
        ...row(`${one.name} says that it is ${name}, too`),
        ...{ altered: false, state: 'foreign' },
      })),
    }
  if (other === undefined) return { model: null, rows: [] }
  const said = row(`renamed to ${renamed.map((one) => one.name).join(', ')}`)
  if (more.length > 0)
    return {
      model: null,
      rows: [{ ...said, state: 'left', problem: 'several models say so; delete or rename all but one' }],
    }
  if (dryRun) return { model: other, rows: [{ ...said, state: 'found' }] }
  await mlflow.registeredModels.rename({ name: other.name, newName: name }, call)
  return { model: await findModel(mlflow, name, call), rows: [{ ...said, state: 'repaired' }] }
}

/** Where the mirror stands, and the row that says so where it does not stand at the end. */
function settlePlace(
  name: string,
  {
    place,
    history,
    options: { dryRun = false, takeOver = false, remembered = 0 },
    model,
  }: {
    readonly place: ReturnType<typeof placeOf>
    readonly history: HashedHistory
    readonly options: ReconcileOptions
    readonly model: RegisteredModel | null
  },
): { readonly base: number; readonly row: MirrorRow | null; readonly stop: boolean } {
  const length = history.entries.length
  const common = { what: 'history', subject: name, registry: `${String(length)} entries` } as const
  if (place.kind === 'foreign') {
    const said = {
      ...common,
      mlflow: `entry ${place.position} with the hash ${place.sha256.slice(0, 12)}, which this registry does not have`,
      ...{ due: false, altered: true },
    }
    if (takeOver) return { base: 0, row: { ...said, state: dryRun ? 'found' : 'repaired' }, stop: false }
    const problem =
      'it mirrors another registry, or this one was restored; --take-over makes it the mirror of this one'
    return { base: 0, row: { ...said, state: 'left', problem }, stop: true }
  }
  const base = place.kind === 'at' ? place.position : 0
  if (base === length) return { base, row: null, stop: false }
  const state = dryRun ? 'found' : 'sent'
  const back = remembered > base
  const was = model === null ? 'no such model' : `${String(base)} entries`
  const mlflow = back ? `${was}; ${String(remembered)} were mirrored before` : was
  return { base, row: { ...common, mlflow, due: true, altered: back, state }, stop: false }
}

/** Rows of a version whose bundle at MLflow is not the registry's; with `numbers` it is repaired. */
async function bundleRows(
  parts: MirrorParts,
  {
    name,
    version,
    found,
    options: { quick = false },
    notes,
    numbers,
  }: {
    readonly name: string
    readonly version: WantedVersion
    readonly found: FoundMirror
    readonly options: ReconcileOptions
    readonly notes: Set<string>
    readonly numbers?: Map<string, string>
  },
): Promise<readonly MirrorRow[]> {
  const there = found.mapped.get(version.version)
  if (there === undefined) return []
  const { mlflow, artifacts, signal } = parts
  const bundle = await openRegistered(artifacts, version.manifestSha256)
  const faults = await bundleFaults(mlflow, there, { bundle, quick, signal })
  const wrong = faults.filter(({ extra }) => !extra)
  const problem =
    numbers === undefined || wrong.length === 0
      ? null
      : await attempt(() =>
          repairBundle(parts, { name, version, there, bundle, faults: wrong, numbers, notes }),
        )
  const state = numbers === undefined ? 'found' : problem === null ? 'repaired' : 'left'
  return faults.map(({ file, problem: fault, extra }) => ({
    what: 'bundle',
    subject: `${name}@${version.version} ${file}`,
    registry: extra
      ? 'no such file'
      : `SHA-256 ${(bundle.manifest.files[file]?.sha256 ?? version.manifestSha256).slice(0, 12)}`,
    mlflow: fault,
    ...{ due: false, altered: !extra, state: extra ? 'foreign' : state },
    ...(!extra && problem !== null && { problem }),
  }))
}

async function repairBundle(
  parts: MirrorParts,
  {
    name,
    version,
    there,
    bundle,
    faults,
    numbers,
    notes,
  }: {
    readonly name: string
    readonly version: WantedVersion
    readonly there: ModelVersion
    readonly bundle: BundleFiles
    readonly faults: readonly BundleFault[]
    readonly numbers: Map<string, string>
    readonly notes: Set<string>
  },
): Promise<void> {
  const { mlflow, experimentName = 'claims', describe, signal } = parts
  const call = signal ? { signal } : {}
  if (!faults.some(({ file }) => file === 'manifest.json')) {
    await restoreFiles(mlflow, there, { bundle, files: faults.map(({ file }) => file), signal })
    return
  }
  const made = await mirrorVersion(mlflow, {
    ...{ name, wanted: version, bundle, experimentName, describe, signal },
    afresh: true,
  })
  for (const note of made.notes) notes.add(note)
  numbers.set(version.version, made.version.version)
  const altered = `its bundle is not that of version ${version.version}; MLflow's version ${made.version.version} took its place`
  await mlflow.modelVersions.setTag(
    { name, version: there.version, key: 'claims.altered', value: altered },
    call,
  )
  for (const key of [versionTags.version, versionTags.manifestSha256])
    await mlflow.modelVersions.deleteTag({ name, version: there.version, key }, call)
  notes.add(
    `${name}@${version.version} is MLflow's version ${made.version.version} now, in place of ${there.version}`,
  )
}

function renewed(found: FoundMirror, numbers: ReadonlyMap<string, string>, version: string): boolean {
  const before = found.mapped.get(version)?.version
  return before !== undefined && numbers.get(version) !== before
}

function foundState(
  { altered }: Pick<MirrorDifference, 'altered'>,
  repair: MirrorDifference['repair'],
): MirrorRow['state'] {
  if (repair !== null) return 'found'
  return altered ? 'left' : 'foreign'
}

function doneState({ due, altered }: Pick<MirrorDifference, 'due' | 'altered'>): MirrorRow['state'] {
  return due && !altered ? 'sent' : 'repaired'
}

function emptyModel(name: string): RegisteredModel {
  return { name, description: '', latestVersions: [], tags: [], aliases: [] }
}
