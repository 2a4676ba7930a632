import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import type { z } from 'zod'

/**
 * A JSON file of a saved model, checked.
 *
 * @param directory where the model was saved
 * @param file its name
 * @param schema what it must hold
 * @throws ClaimsError `damaged_bundle` when it is absent, no JSON, or holds something else
 */
export async function readModelFile<TSchema extends z.ZodType>(
  directory: string,
  file: string,
  schema: TSchema,
): Promise<z.infer<TSchema>> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(join(directory, file), 'utf8'))
  } catch (cause) {
    throw damaged(file, 'is absent or no JSON', cause)
  }
  const parsed = schema.safeParse(content)
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
