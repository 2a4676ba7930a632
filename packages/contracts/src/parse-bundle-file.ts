import type { z } from 'zod'
import { ClaimsError } from './claims-error.ts'
import { fieldProblems } from './field-problems.ts'
import { readLeniently } from './read-leniently.ts'
import { requireKnownFormat } from './require-known-format.ts'

/**
 * The content of a bundle's JSON file by its schema. Keys that this product does not know are left out, so that a file
 * of a newer product with the same format version is readable.
 *
 * @param schema schema of the file
 * @param value its parsed JSON
 * @param name of the file, for errors
 * @throws ClaimsError `unsupported_format_version` for a newer file; `damaged_bundle` with one problem per fault
 * @example
 * const policy = parseBundleFile(policySchema, await bundle.readJson('policy.json'), 'policy.json')
 */
export function parseBundleFile<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  requireKnownFormat(schema, value, name)
  const read = readLeniently(schema, value)
  if (read.success) return read.data
  throw new ClaimsError('damaged_bundle', `${name} of the bundle does not fit its schema`, {
    problems: fieldProblems(read.error).map((p) => ({ ...p, field: `${name}: ${p.field}` })),
  })
}
