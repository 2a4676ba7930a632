import type { Pair, Point } from '../run/run-batch.ts'
import type { JournalEntry, PlacedEntry } from './journal-line.ts'

/** Entries that are sent together. */
export interface EntryGroup {
  /** Of a group of batches, one batch with everything in it. */
  readonly entry: JournalEntry
  readonly members: readonly PlacedEntry[]
}

/** Points in a group; more would be cut into several calls anyway. */
const mostPoints = 1000

/** Puts neighbouring batches of one run together, in order. */
export function groupEntries(entries: readonly PlacedEntry[]): EntryGroup[] {
  const groups: EntryGroup[] = []
  let batch: PlacedEntry[] = []
  let points = 0
  const close = (): void => {
    if (batch.length > 0) groups.push(merged(batch))
    batch = []
    points = 0
  }
  for (const entry of entries) {
    const { operation } = entry
    if (operation.kind !== 'batch') {
      close()
      groups.push({ entry, members: [entry] })
      continue
    }
    const more = operation.metrics?.length ?? 0
    if (batch[0]?.operation.run !== operation.run || points + more > mostPoints) close()
    batch.push(entry)
    points += more
  }
  close()
  return groups
}

function merged(members: readonly PlacedEntry[]): EntryGroup {
  const [first] = members
  if (first === undefined) throw new TypeError('a group has a member')
  const metrics: Point[] = []
  const params: Pair[] = []
  const tags: Pair[] = []
  for (const { operation } of members) {
    if (operation.kind !== 'batch') continue
    for (const point of operation.metrics ?? []) metrics.push(point)
    params.push(...(operation.params ?? []))
    tags.push(...(operation.tags ?? []))
  }
  const operation = { kind: 'batch', run: first.operation.run, metrics, params, tags } as const
  return { entry: { sequence: first.sequence, operation }, members }
}
