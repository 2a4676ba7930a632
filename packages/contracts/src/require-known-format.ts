import type { z } from 'zod'
import { ClaimsError } from './claims-error.ts'

/**
 * Tells a stored file of a newer product from a damaged one: its `format_version` is above each that the schema takes.
 *
 * @param schema schema of the file
 * @param value its parsed JSON
 * @param file its name, for the error
 * @throws ClaimsError `unsupported_format_version` naming both versions
 * @example
 * requireKnownFormat(policySchema, JSON.parse(content), 'policy.json')
 */
export function requireKnownFormat(schema: z.ZodType, value: unknown, file: string): void {
  if (typeof value !== 'object' || value === null || !('format_version' in value)) return
  const { format_version: found } = value
  if (typeof found !== 'number' || !Number.isSafeInteger(found)) return
  const isRead = (version: number): boolean => {
    const { error } = schema.safeParse({ ...value, format_version: version })
    return !error?.issues.some(({ path }) => path[0] === 'format_version')
  }
  if (isRead(found)) return
  let newest = 0
  while (newest < found && isRead(newest + 1)) newest++
  if (newest === 0 || newest >= found) return
  throw new ClaimsError(
    'unsupported_format_version',
    `${file} has format version ${String(found)}; this product reads up to ${String(newest)}`,
    {
      problems: [
        {
          field: `${file}: format_version`,
          problem: 'is newer than this product',
          allowed: newest === 1 ? '1' : `1 to ${String(newest)}`,
          received: found,
        },
      ],
    },
  )
}
