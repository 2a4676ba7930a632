import type { z } from 'zod'
import { MlflowError, type MlflowErrorCode } from '../errors.ts'

/**
 * Requires a value of a schema.
 *
 * @param schema the schema, loaded
 * @param value the value
 * @param failure code of the error, what the message begins with, and the path of the value itself
 * @throws MlflowError with the path of the first problem as `field`
 */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  failure: { readonly code: MlflowErrorCode; readonly place: string; readonly path?: string },
): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues.map(deepest)
  const field = (issue?.path ?? []).reduce<string>(
    (path, part) => (typeof part === 'number' ? `${path}[${part}]` : `${path}${path && '.'}${String(part)}`),
    failure.path ?? '',
  )
  throw new MlflowError(
    failure.code,
    `${failure.place}: ${field || 'it'}: ${issue?.message ?? 'is invalid'}`,
    {
      field,
    },
  )
}

/** Of a choice that fits nowhere, the problem of the variant that came furthest. */
function deepest(issue: z.core.$ZodIssue): {
  readonly path: readonly PropertyKey[]
  readonly message: string
} {
  if (issue.code === 'invalid_key')
    return { path: issue.path, message: issue.issues[0]?.message ?? issue.message }
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepest(first)]))
    .sort((a, b) => b.path.length - a.path.length)[0]
  if (inner === undefined || inner.path.length === 0) return issue
  return { path: [...issue.path, ...inner.path], message: inner.message }
}
