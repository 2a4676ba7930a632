import { ClaimsError, type LedgerHead, type LedgerInspection } from '@claims/contracts'
import type { CheckpointPoints } from './checkpoint-points.ts'
import { SequenceCheck } from './sequence-check.ts'
import type { DropSequenceRecord } from './system-entries.ts'

/** What is known of a sequence before it is read. */
export interface SequenceContext {
  readonly points: CheckpointPoints
  /** What `_system` says of its drop; null where it says nothing. */
  readonly drop: DropSequenceRecord | null
  /** Told what each row says. */
  readonly onRow?: (value: Readonly<Record<string, unknown>> | null, position: number) => void
  /** Told how many rows were read. */
  readonly onRows?: (rows: number) => void
  readonly signal?: AbortSignal | undefined
}

/** A sequence that was checked. */
export interface CheckedSequence {
  readonly check: SequenceCheck
  readonly dropped: boolean
}

/**
 * Checks one sequence: its chain, its head, what checkpoints say of it, and whether it was dropped.
 *
 * @param inspection of the store
 * @param name of the sequence
 * @throws ClaimsError where the store cannot be reached now; one that will not do later is a problem of the sequence
 */
export async function checkSequence(
  inspection: LedgerInspection,
  name: string,
  context: SequenceContext,
): Promise<CheckedSequence> {
  const check = new SequenceCheck(name)
  try {
    const head = await readRows(inspection, check, context)
    const isGone = head?.dropped === true && !(await hasRows(inspection, name))
    const dropped = isGone || (check.rows === 0 && head === null && context.drop !== null)
    if (dropped) judgeDropped(check, head, context)
    else judgeKept(check, head, { ...context, keepsHeads: inspection.keepsHeads })
    const remainder = await inspection.remainder(name)
    if (remainder !== null) check.notes.add('torn_line', check.position + 1, `is ${remainder}, and no entry`)
    return { check, dropped }
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
    check.problems.add('unreadable', null, `cannot be read: ${error.message}`)
    return { check, dropped: false }
  }
}

/**
 * Reads rows up to the head of now. Rows that others append meanwhile are theirs to verify next time, so that reading ends
 * however fast they are.
 *
 * @returns the head that the rows belong to
 */
async function readRows(
  inspection: LedgerInspection,
  check: SequenceCheck,
  context: SequenceContext,
): Promise<LedgerHead | null> {
  let head = await inspection.head(check.name)
  if (head === null && inspection.keepsHeads) {
    // Its first entry may be appended at this moment, so only rows that are there before another look have no head.
    if (!(await hasRows(inspection, check.name))) return null
    head = await inspection.head(check.name)
  }
  const end = head === null || head.dropped ? Infinity : head.position
  const goesOn = await readUpTo(end, inspection, { check, context })
  if (end === Infinity || (!goesOn && end === check.position)) return head
  // An append writes rows and head at once: rows behind a head that has not moved are nobody's.
  const later = await inspection.head(check.name)
  if (later?.dropped === true) return later
  if (goesOn && later !== null && later.position <= end)
    await readUpTo(Infinity, inspection, { check, context })
  return head
}

/** Reads the rows that follow. @returns whether there is one behind the end */
async function readUpTo(
  end: number,
  inspection: LedgerInspection,
  { check, context }: { readonly check: SequenceCheck; readonly context: SequenceContext },
): Promise<boolean> {
  for await (const rows of inspection.rows(check.name, check.rows === 0 ? null : check.position)) {
    context.signal?.throwIfAborted()
    for (const row of rows) {
      if (row.position > end) return true
      const { value } = check.add(row)
      context.points.compare(check)
      context.onRow?.(value, row.position)
    }
    context.onRows?.(rows.length)
  }
  return false
}

async function hasRows(inspection: LedgerInspection, name: string): Promise<boolean> {
  for await (const rows of inspection.rows(name, null)) if (rows.length > 0) return true
  return false
}

function judgeDropped(
  check: SequenceCheck,
  head: LedgerHead | null,
  { points, drop }: SequenceContext,
): void {
  if (drop === null) {
    check.problems.add('unrecorded_drop', null, 'was dropped, and _system does not say so')
    points.compareEnd(check, 0)
    return
  }
  const { time, actor, position } = drop
  if (head === null)
    check.problems.add(
      'missing_mark',
      null,
      'was dropped, and the mark that keeps it from beginning again is gone',
    )
  else if (head.position !== position || head.sha256 !== drop.sha256)
    check.problems.add(
      'head_mismatch',
      position,
      'was the last when it was dropped, and its mark says another',
    )
  points.compareDropped(check, drop)
  check.notes.add('dropped', null, `was dropped by ${actor} at ${time}, with ${String(position)} entries`)
}

function judgeKept(
  check: SequenceCheck,
  head: LedgerHead | null,
  { points, drop, keepsHeads }: SequenceContext & { readonly keepsHeads: boolean },
): void {
  const explained = check.end(head?.sha256 ?? null)
  if (head?.dropped === true || drop !== null) judgeRestored(check, head, drop)
  else if (head !== null) judgeHead(check, head, explained)
  else if (keepsHeads && check.rows > 0)
    check.problems.add('missing_head', null, 'has rows, and no head that says where it ends')
  points.compareEnd(check, check.position)
}

function judgeHead(check: SequenceCheck, head: LedgerHead, explained: boolean): void {
  const { position, sha256 } = check
  if (head.position > position) check.missing(position + 1, head.position)
  else if (head.position < position)
    check.problems.add(
      'unexpected_rows',
      head.position + 1,
      `${head.position + 1 === position ? 'lies' : `and those up to row ${String(position)} lie`} behind the head of the sequence`,
    )
  else if (head.sha256 !== sha256 && !explained)
    check.problems.add(
      'head_mismatch',
      position,
      'does not have the hash that the head names: it was rewritten, with rows before it or alone, or the head was changed',
    )
}

function judgeRestored(check: SequenceCheck, head: LedgerHead | null, drop: DropSequenceRecord | null): void {
  const same = drop !== null && drop.position === check.position && drop.sha256 === check.sha256
  if (same && head?.dropped !== true)
    check.notes.add(
      'unfinished_drop',
      null,
      `is recorded as dropped at ${drop.time}, and is still there, unchanged: drop it again`,
    )
  else check.problems.add('restored_rows', null, 'was dropped, and has rows again')
}
