import { basename, resolve } from 'node:path'
import type { Clock, Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { appendToEnd } from '../ledger/append-to-end.ts'
import { systemLedger, type ImportRecord } from '../ledger/system-entries.ts'

/** What an import is recorded with. */
export interface ImportFacts {
  /** Where the lines are from; its name alone is recorded. */
  readonly directory: string
  readonly actor: string
  readonly clock: Clock
}

/**
 * Records in `_system` that the lines of a model come from a directory. It is called before they are appended: two sequences
 * cannot be appended to at once, and no line is to be there without its record. A record of lines that never came says so
 * by the hash, which the model's history does not hold then.
 */
export async function recordImport(
  ledger: Ledger,
  { name, lines }: { readonly name: string; readonly lines: readonly string[] },
  { directory, actor, clock }: ImportFacts,
): Promise<void> {
  const record: ImportRecord = {
    ...{ time: clock.now().toISOString(), actor, action: 'import', name, lines: lines.length },
    ...{ sha256: sha256(lines.at(-1) ?? ''), source: basename(resolve(directory)) },
  }
  await appendToEnd(ledger, { name: systemLedger, objects: () => [record] })
}
