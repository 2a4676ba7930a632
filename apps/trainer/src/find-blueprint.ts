import { readFile, stat } from 'node:fs/promises'
import { blueprints, findBlueprint } from '@claims/blueprints'
import { ClaimsError, parseBlueprint, type Blueprint } from '@claims/contracts'

/**
 * A blueprint by built-in name or JSON file.
 *
 * @param text as given to `--blueprint`
 * @throws ClaimsError `invalid_blueprint`, `unreadable_file`
 */
export async function blueprintOf(text: string): Promise<Blueprint> {
  if (blueprints.has(text)) return findBlueprint(text)
  const found = await stat(text).catch(() => undefined)
  if (found === undefined) return findBlueprint(text)
  try {
    return parseBlueprint(JSON.parse(await readFile(text, 'utf8')))
  } catch (error) {
    if (error instanceof ClaimsError) throw error
    throw new ClaimsError(
      'invalid_blueprint',
      `The blueprint ${text} cannot be read as JSON: ${String(error instanceof Error ? error.message : error)}`,
      { cause: error },
    )
  }
}
