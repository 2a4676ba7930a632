import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import { journalFile, type JournalEnd } from './journal.ts'
import { readJournalLine, type PlacedEntry } from './journal-line.ts'

const chunkBytes = 2 ** 20

/** Some entries of a journal, and where they end. */
export interface EntryPage {
  readonly entries: readonly PlacedEntry[]
  readonly end: JournalEnd
}

/**
 * Reads entries of a journal, about 1 MB of them, so that a journal of any length is sent in bounded memory. A line
 * without its end is left out: it is being written, or was cut off before anybody was told that it is kept.
 *
 * @param folder of the journal
 * @param from where to begin
 * @throws MlflowError `spool_damaged` for a line that is damaged or out of sequence
 */
export async function readEntries(folder: string, from: JournalEnd): Promise<EntryPage> {
  const file = join(folder, journalFile)
  const handle = await open(file).catch((error: unknown) => {
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (handle === undefined) return { entries: [], end: from }
  try {
    let bytes: Buffer = Buffer.alloc(0)
    for (;;) {
      const more = Buffer.alloc(chunkBytes)
      const { bytesRead } = await handle.read(more, 0, chunkBytes, from.offset + bytes.length)
      bytes = Buffer.concat([bytes, more.subarray(0, bytesRead)])
      // An operation may be longer than a chunk.
      if (bytesRead === 0 || bytes.includes(10)) break
    }
    return parse(file, bytes, from)
  } finally {
    await handle.close()
  }
}

function parse(file: string, bytes: Buffer, from: JournalEnd): EntryPage {
  const entries: PlacedEntry[] = []
  let { sequence } = from
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const entry = readJournalLine(bytes.toString('utf8', start, end))
    if (entry?.sequence !== sequence + 1)
      throw new MlflowError(
        'spool_damaged',
        `spool: operation ${sequence + 1} in ${file} is damaged; what is before it has been sent or can be`,
        { endpoint: 'spool', field: file },
      )
    sequence += 1
    start = end + 1
    entries.push({ ...entry, end: from.offset + start })
  }
  return { entries, end: { sequence, offset: from.offset + start } }
}

/** Where a journal ends. @throws MlflowError as {@link readEntries} */
export async function journalEnd(folder: string, from: JournalEnd): Promise<JournalEnd> {
  let end = from
  for (;;) {
    const page = await readEntries(folder, end)
    if (page.entries.length === 0) return end
    ;({ end } = page)
  }
}
