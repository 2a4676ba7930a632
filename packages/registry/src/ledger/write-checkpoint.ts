import { randomBytes, type KeyObject } from 'node:crypto'
import { link, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  ClaimsError,
  emptyLedger,
  systemClock,
  type Clock,
  type Ledger,
  type ProgressListener,
} from '@claims/contracts'
import { checkLine } from '@claims/contracts/chain'
import { flushDirectory, systemCode, writeFlushed } from '@claims/contracts/files'
import { exists } from '../bundle/temporary-sibling.ts'
import { appendToEnd } from './append-to-end.ts'
import { checkpointSha256, checkpointText, signCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { damagedLedger } from './damaged-ledger.ts'
import { readSystemRecord, systemLedger, type CheckpointRecord } from './system-entries.ts'
import { verifyLedger, type LedgerReport, type VerifiedSequence } from './verify-ledger.ts'

/** What `writeCheckpoint` is told. */
export interface WriteCheckpointOptions {
  /** File to write; a name that is free. */
  readonly out: string
  /** Ed25519. */
  readonly privateKey: KeyObject
  /** Who makes it. */
  readonly actor: string
  readonly clock?: Clock
  readonly onProgress?: ProgressListener | undefined
  readonly signal?: AbortSignal | undefined
}

/** A checkpoint that was written. */
export interface WrittenCheckpoint {
  readonly checkpoint: SignedCheckpoint
  readonly sha256: string
  readonly report: LedgerReport
}

/**
 * Verifies a ledger, signs where each of its sequences ends, records that in `_system`, and writes the document. A file that
 * has its name was recorded before; a process that dies leaves at most one that ends in `.new`.
 *
 * @returns the document, and what was verified
 * @throws ClaimsError `damaged_ledger` where the ledger is not whole, and nothing is signed; `already_exists` where
 *   there is a file; `unreadable_file` where it cannot be written
 */
export async function writeCheckpoint(
  ledger: Ledger,
  { out, privateKey, actor, clock = systemClock, onProgress, signal }: WriteCheckpointOptions,
): Promise<WrittenCheckpoint> {
  const staged = `${out}.${randomBytes(6).toString('hex')}.new`
  if (await exists(out)) throw taken(out)
  // A place that takes no file is told before the work.
  await inFile(staged, () => writeFlushed(staged, ''))
  let signed: SignedCheckpoint | undefined
  let report: LedgerReport
  try {
    report = await verifyLedger(ledger, { onProgress, signal })
    if (!report.whole) throw damagedLedger(report)
    const { sequences, entries } = report
    let previous = emptyLedger
    await appendToEnd(ledger, {
      name: systemLedger,
      onEntry: (line) => {
        const record = readSystemRecord(checkLine(line, '').value)
        if (record?.action === 'checkpoint') previous = record.checkpoint_sha256
      },
      objects: async () => {
        const time = clock.now().toISOString()
        signed = signCheckpoint(
          { created_at: time, previous_sha256: previous, entries: sequences.map(endOf) },
          privateKey,
        )
        await inFile(staged, () => writeFlushed(staged, checkpointText(signed!)))
        return [recordOf(signed, { actor, sequences: sequences.length, entries })]
      },
    })
  } catch (error) {
    await rm(staged, { force: true })
    throw error
  }
  if (signed === undefined) throw new TypeError('A checkpoint is signed before it is recorded')
  await place(staged, out)
  return { checkpoint: signed, sha256: checkpointSha256(signed), report }
}

function endOf({ name, entries, sha256 }: VerifiedSequence): SignedCheckpoint['entries'][number] {
  return { name, position: entries, sha256 }
}

function recordOf(
  checkpoint: SignedCheckpoint,
  counts: Pick<CheckpointRecord, 'actor' | 'sequences' | 'entries'>,
): CheckpointRecord {
  return {
    time: checkpoint.created_at,
    action: 'checkpoint',
    checkpoint_sha256: checkpointSha256(checkpoint),
    previous_checkpoint_sha256: checkpoint.previous_sha256,
    public_key: checkpoint.public_key,
    ...counts,
  }
}

/** Gives the document its name. It is recorded by now, so where that fails it is kept. */
async function place(staged: string, out: string): Promise<void> {
  try {
    await link(staged, out)
  } catch (error) {
    const problem = `could not be given its name (${systemCode(error)}), and is kept as ${staged}`
    throw new ClaimsError('unreadable_file', `The checkpoint ${out} ${problem}`, {
      problems: [{ field: out, problem, allowed: 'a name that is free' }],
    })
  }
  await rm(staged, { force: true })
  await flushDirectory(dirname(out))
}

async function inFile(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const problem = `cannot be written (${systemCode(error)})`
    throw new ClaimsError('unreadable_file', `${path} ${problem}`, {
      problems: [{ field: path, problem, allowed: 'a place that can be written' }],
    })
  }
}

function taken(out: string): ClaimsError {
  return new ClaimsError('already_exists', `There is a file ${out} already`, {
    problems: [{ field: out, problem: 'exists', allowed: 'a name that is free' }],
  })
}
