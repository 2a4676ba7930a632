import { ClaimsError, fieldProblems, readLeniently, requireKnownFormat } from '@claims/contracts'
import type { z } from 'zod'
import type { SavedModel } from './classifier.ts'

/**
 * A JSON file of a saved model, checked.
 *
 * @param source where the model was saved
 * @param file its name
 * @param schema what it must hold
 * @throws ClaimsError `unsupported_format_version` when it is newer; `damaged_bundle` when it is absent, no JSON, or holds
 *   something else
 */
export async function readModelFile<T>(source: SavedModel, file: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readModelBytes(source, file)
  let content: unknown
  try {
    content = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw damaged(file, 'is no JSON', cause)
  }
  requireKnownFormat(schema, content, file)
  const parsed = readLeniently(schema, content)
  if (parsed.success) return parsed.data
  const problem = fieldProblems(parsed.error)[0]
  throw damaged(file, `${problem?.field}: ${problem?.problem}`, parsed.error)
}

/** The bytes of a file of a saved model. @throws ClaimsError `damaged_bundle` when it is absent or cannot be read */
export async function readModelBytes({ read }: SavedModel, file: string): Promise<Uint8Array> {
  try {
    return await read(file)
  } catch (cause) {
    throw damaged(file, 'is absent or cannot be read', cause)
  }
}

/** A value as the bytes of a JSON file. */
export function jsonFile(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`)
}

/** The error of a model file that cannot be used. */
export function damaged(file: string, problem: string, cause?: unknown): ClaimsError {
  return new ClaimsError('damaged_bundle', `${file} ${problem}`, {
    cause,
    problems: [{ field: file, problem, allowed: 'the file as it was saved' }],
  })
}
