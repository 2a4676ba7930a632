import { existsSync } from 'node:fs'
import { ClaimsError } from '@claims/contracts'
import type { KeysToDestroy } from '@claims/database'
import { readErasureFile } from '@claims/predictions'
import type { RestoreOptions } from '../command-options.ts'
import type { CommandContext } from '../context.ts'
import { systemUser } from '../system-user.ts'
import { erasuresIn } from './erasures-in.ts'

/**
 * Whose keys a restore leaves out: people who were erased after the backup was written. The list in CLAIMS_HOME and that of
 * `--erasures` count together.
 *
 * @throws ClaimsError `invalid_usage` where there is neither, or they name nobody, and nobody said that it should be so
 */
export async function keysToLeaveOut(
  { erasures, withoutErasures = false }: RestoreOptions,
  { config }: Pick<CommandContext, 'config'>,
): Promise<KeysToDestroy> {
  const own = erasuresIn(config.home)
  const files = [...(existsSync(own) ? [own] : []), ...(erasures === undefined ? [] : [erasures])]
  if (files.length === 0 && !withoutErasures) throw noList(own, 'is absent')
  const lists = await Promise.all(files.map(readErasureFile))
  if (lists.every(({ length }) => length === 0) && !withoutErasures)
    throw noList(files.join(', '), 'names nobody')
  const [at, actor] = [new Date(), systemUser()]
  return {
    subjects: lists.flat(),
    at,
    entry: ({ subject, predictions }) => ({
      ...{ time: at.toISOString(), actor, action: 'erase_subject', subject, predictions },
      reason: 'was erased before this backup was restored',
    }),
  }
}

function noList(path: string, what: string): ClaimsError {
  const problem = `${what}, and the backup holds keys of people: whoever was erased since would be back`
  return new ClaimsError('invalid_usage', `The list of erasures ${path} ${problem}`, {
    problems: [
      {
        field: '--erasures',
        problem,
        allowed: `a file of claims subjects erasures, or one in CLAIMS_HOME; or --without-erasures where nobody was erased`,
      },
    ],
  })
}
