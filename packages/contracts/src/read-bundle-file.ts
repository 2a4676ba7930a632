import type { z } from 'zod'
import type { BundleFiles } from './bundle-files.ts'
import { ClaimsError } from './claims-error.ts'
import { parseBundleFile } from './parse-bundle-file.ts'

/**
 * The content of a bundle's JSON file by its schema.
 *
 * @param bundle its files
 * @param name of the file
 * @param schema what it holds; keys that this product does not know are left out
 * @throws ClaimsError `file_not_found`; `damaged_bundle` where it is no JSON or does not fit; `unsupported_format_version`
 * @example
 * const policy = await readBundleFile(bundle, 'policy.json', policySchema)
 */
export async function readBundleFile<T>(
  bundle: Pick<BundleFiles, 'read'>,
  name: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const bytes = await bundle.read(name)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    const problem = 'is not valid JSON'
    throw new ClaimsError('damaged_bundle', `${name} of the bundle ${problem}`, {
      cause,
      problems: [{ field: name, problem, allowed: 'the file as training wrote it' }],
    })
  }
  return parseBundleFile(schema, value, name)
}
