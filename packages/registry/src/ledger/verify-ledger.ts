import type { Ledger, LedgerInspection, ProgressListener } from '@claims/contracts'
import { checkLine } from '@claims/contracts/chain'
import { checkpointSha256, type SignedCheckpoint } from './checkpoint.ts'
import { CheckpointPoints, pointsByName } from './checkpoint-points.ts'
import { checkSequence, type CheckedSequence } from './check-sequence.ts'
import type { LedgerFinding, LedgerNote, LedgerProblem } from './ledger-finding.ts'
import {
  readSystemRecord,
  systemLedger,
  type CheckpointRecord,
  type DropSequenceRecord,
} from './system-entries.ts'

/** What `verifyLedger` may be told. */
export interface VerifyLedgerOptions {
  /** Checkpoints whose signatures hold; see `openCheckpoint`. */
  readonly checkpoints?: readonly SignedCheckpoint[]
  readonly onProgress?: ProgressListener | undefined
  readonly signal?: AbortSignal | undefined
}

/** A sequence as it was found. */
export interface VerifiedSequence {
  readonly name: string
  readonly entries: number
  /** Of its last entry. */
  readonly sha256: string
}

/** What was found in a ledger. */
export interface LedgerReport {
  /** Whether nothing is wrong. */
  readonly whole: boolean
  /** Those that have entries, in code-unit order of their names. */
  readonly sequences: readonly VerifiedSequence[]
  readonly entries: number
  readonly problems: readonly LedgerFinding<LedgerProblem>[]
  readonly notes: readonly LedgerFinding<LedgerNote>[]
  /** Sequences with more findings than are listed, and how many are not. */
  readonly left_out: readonly { readonly name: string; readonly problems: number; readonly notes: number }[]
}

/** What `_system` says of the ledger. */
interface SystemFacts {
  readonly drops: ReadonlyMap<string, DropSequenceRecord>
  readonly checkpoints: readonly CheckpointRecord[]
  readonly checked: CheckedSequence
}

/**
 * Verifies every sequence of a ledger: finds rows that were edited, removed, inserted or put elsewhere, and names them. Others
 * may append meanwhile. Who rewrites a sequence from a row to its end, head included, leaves a chain that holds: only a
 * signed checkpoint from before shows it.
 *
 * @param ledger read in pieces, in memory for some rows
 * @returns what is wrong, in every sequence, and what was verified
 * @throws ClaimsError where the store cannot be reached
 *
 * @example
 * const { whole, problems } = await verifyLedger(ledger, { checkpoints: [openCheckpoint(text, publicKey)] })
 */
export async function verifyLedger(
  ledger: Ledger,
  { checkpoints = [], onProgress, signal }: VerifyLedgerOptions = {},
): Promise<LedgerReport> {
  const inspection = ledger.inspect()
  let done = 0
  const onRows = (rows: number): void => {
    done += rows
    onProgress?.({ kind: 'progress', stage: 'verify', done, total: null, unit: 'entries' })
  }
  const points = pointsByName(checkpoints)
  const common = { onRows, signal, pointsOf: (name: string) => new CheckpointPoints(points.get(name) ?? []) }
  const system = await checkSystem(inspection, common)
  judgeCheckpoints(system, checkpoints)
  const names = new Set([...(await inspection.names()), ...points.keys(), ...system.drops.keys()])
  names.delete(systemLedger)
  const checked = new Map([[systemLedger, system.checked]])
  for (const name of names) {
    const check = (drop: DropSequenceRecord | null): Promise<CheckedSequence> =>
      checkSequence(inspection, name, { points: common.pointsOf(name), drop, onRows, signal })
    const drop = system.drops.get(name) ?? null
    const first = await check(drop)
    // It may have been dropped since `_system` was read.
    const late = first.dropped && drop === null ? await lateDrop(ledger, system, name) : null
    checked.set(name, late === null ? first : await check(late))
  }
  return reportOf([...checked.values()])
}

interface Common {
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal | undefined
  readonly pointsOf: (name: string) => CheckpointPoints
}

async function checkSystem(
  inspection: LedgerInspection,
  { onRows, signal, pointsOf }: Common,
): Promise<SystemFacts> {
  const drops = new Map<string, DropSequenceRecord>()
  const checkpoints: CheckpointRecord[] = []
  const gaps: number[] = []
  const checked = await checkSequence(inspection, systemLedger, {
    ...{ points: pointsOf(systemLedger), drop: null, onRows, signal },
    onRow: (value, position) => {
      const record = readSystemRecord(value)
      if (record?.action === 'drop_sequence') drops.set(record.name, record)
      if (record?.action !== 'checkpoint') return
      const before = checkpoints.at(-1)
      if (before !== undefined && before.checkpoint_sha256 !== record.previous_checkpoint_sha256)
        gaps.push(position)
      checkpoints.push(record)
    },
  })
  for (const position of gaps)
    checked.check.problems.add(
      'unrecorded_checkpoint',
      position,
      'names another checkpoint before it than the one that is recorded before it',
    )
  return { drops, checkpoints, checked }
}

/** The record of a drop that `_system` got since it was read. */
async function lateDrop(
  ledger: Ledger,
  { checked: { check } }: SystemFacts,
  name: string,
): Promise<DropSequenceRecord | null> {
  for (let after = check.position; ;) {
    const lines = await ledger.page(systemLedger, { after, limit: 256 })
    if (lines.length === 0) return null
    after += lines.length
    for (const line of lines) {
      const record = readSystemRecord(checkLine(line, '').value)
      if (record?.action === 'drop_sequence' && record.name === name) return record
    }
  }
}

function judgeCheckpoints(system: SystemFacts, checkpoints: readonly SignedCheckpoint[]): void {
  const recorded = new Set(system.checkpoints.map((record) => record.checkpoint_sha256))
  for (const checkpoint of checkpoints)
    if (!recorded.has(checkpointSha256(checkpoint)))
      system.checked.check.problems.add(
        'unrecorded_checkpoint',
        null,
        `does not record the checkpoint of ${checkpoint.created_at}: entries were removed, or it is of another ledger`,
      )
}

function reportOf(checked: readonly CheckedSequence[]): LedgerReport {
  const sorted = checked.toSorted((a, b) => (a.check.name < b.check.name ? -1 : 1))
  const sequences = sorted
    .filter(({ check, dropped }) => check.rows > 0 && !dropped)
    .map(({ check: { name, rows, sha256 } }) => ({ name, entries: rows, sha256 }))
  const problems = sorted.flatMap(({ check }) => check.problems.findings)
  return {
    whole: problems.length === 0,
    sequences,
    entries: sequences.reduce((sum, { entries }) => sum + entries, 0),
    problems,
    notes: sorted.flatMap(({ check }) => check.notes.findings),
    left_out: sorted
      .map(
        ({
          check: {
            name,
            problems: { leftOut },
            notes,
          },
        }) => ({
          name,
          problems: leftOut,
          notes: notes.leftOut,
        }),
      )
      .filter((each) => each.problems + each.notes > 0),
  }
}
