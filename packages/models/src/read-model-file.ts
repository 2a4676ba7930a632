import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClaimsError, fieldProblems, readLeniently, requireKnownFormat } from '@claims/contracts'
import type { z } from 'zod'

/**
 * A JSON file of a saved model, checked.
 *
 * @param directory where the model was saved
 * @param file its name
 * @param schema what it must hold
 * @throws ClaimsError `unsupported_format_version` when it is newer; `damaged_bundle` when it is absent, no JSON, or holds
 *   something else
 */
export async function readModelFile<T>(directory: string, file: string, schema: z.ZodType<T>): Promise<T> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(join(directory, file), 'utf8'))
  } catch (cause) {
    throw damaged(file, 'is absent or no JSON', cause)
  }
  requireKnownFormat(schema, content, file)
  const parsed = readLeniently(schema, content)
  if (parsed.success) return parsed.data
  const problem = fieldProblems(parsed.error)[0]
  throw damaged(file, `${problem?.field}: ${problem?.problem}`, parsed.error)
}

/** The error of a model file that cannot be used. */
export function damaged(file: string, problem: string, cause?: unknown): ClaimsError {
  return new ClaimsError('damaged_bundle', `${file} ${problem}`, {
    cause,
    problems: [{ field: file, problem, allowed: 'the file as it was saved' }],
  })
}
