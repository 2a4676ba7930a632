import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { databaseAddress } from '@claims/database'

/**
 * Refuses a file of SQLite in a folder that is not there: a typo would make the folder and an empty registry in it. The folder
 * of embedded state alone is made.
 *
 * @param url such as the variable `DATABASE_URL`
 * @param home directory of embedded state
 * @throws ClaimsError `invalid_configuration`; `invalid_parameter` where the address is none
 */
export function requireDatabaseFolder(url: string, home: string): void {
  const address = databaseAddress(url)
  if (address.kind !== 'sqlite') return
  const folder = dirname(address.path)
  if (folder === home || existsSync(folder)) return
  const problem = `names a file in ${folder}, which does not exist`
  throw new ClaimsError('invalid_configuration', `DATABASE_URL ${problem}`, {
    problems: [{ field: 'DATABASE_URL', problem, allowed: 'a file in a folder that is there' }],
  })
}
