import { open, readFile } from 'node:fs/promises'
import { ClaimsError, type Ledger } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'
import { z } from 'zod'

/** Entries of the system's ledger that are read at once. */
const entriesAtOnce = 500
const subjectSchema = z.string().regex(/^[0-9a-f]{32}$/)
const lineSchema = z.object({
  format_version: z.literal(1),
  subject: subjectSchema,
  erased_at: z.iso.datetime(),
})
const entrySchema = z.object({
  action: z.literal('erase_subject'),
  subject: subjectSchema,
  time: z.iso.datetime(),
})

/** Whom was erased, kept outside of the database and of its backups. It names nobody: subjects are random. */
export interface ErasureList {
  /** Returns when it is on the disk. */
  add(subjects: readonly string[], at: Date): Promise<void>
}

/** A list in a file, a line each. @param path made where it is absent, readable by its owner alone */
export function erasureFile(path: string): ErasureList {
  return {
    add: async (subjects, at) => {
      const lines = subjects.map((subject) => erasureLine(subject, at.toISOString()))
      const handle = await open(path, 'a', 0o600)
      try {
        await handle.appendFile(lines.join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

/** A line of a list. */
export function erasureLine(subject: string, erasedAt: string): string {
  return `${JSON.stringify({ format_version: 1, subject, erased_at: erasedAt })}\n`
}

/**
 * Subjects of a list in a file.
 *
 * @throws ClaimsError `unreadable_file` where there is no such file, a line of it is none, or the last one lacks its end: nobody
 *   can tell whom it named, and how many lines were lost behind it
 */
export async function readErasureFile(path: string): Promise<readonly string[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, `cannot be read (${systemCode(error)})`)
  }
  if (text !== '' && !text.endsWith('\n'))
    throw unreadable(path, 'is cut off: its last line lacks its end; claims subjects erasures writes it anew')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      const { data } = lineSchema.safeParse(parsed(line))
      if (data === undefined) throw unreadable(path, `has a line ${String(i + 1)} that names no subject`)
      return data.subject
    })
}

/** Erasures that a ledger tells of, oldest first. */
export async function readErasures(
  ledger: Ledger,
): Promise<readonly { readonly subject: string; readonly erased_at: string }[]> {
  const found: { subject: string; erased_at: string }[] = []
  for (let after = 0; ; after += entriesAtOnce) {
    const page = await ledger.page('_system', { after, limit: entriesAtOnce })
    for (const line of page) {
      const { data } = entrySchema.safeParse(parsed(line))
      if (data !== undefined) found.push({ subject: data.subject, erased_at: data.time })
    }
    if (page.length < entriesAtOnce) return found
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function unreadable(path: string, problem: string): ClaimsError {
  return new ClaimsError('unreadable_file', `The list of erasures ${path} ${problem}`, {
    problems: [{ field: 'erasures', problem, allowed: 'a file of claims subjects erasures' }],
  })
}
