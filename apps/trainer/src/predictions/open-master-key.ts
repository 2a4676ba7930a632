import { join } from 'node:path'
import { ClaimsError, type SubjectKeyStore } from '@claims/contracts'
import { erasureFile, makeMasterKey, readMasterKey, SubjectVault, type MasterKey } from '@claims/predictions'
import type { CommandContext } from '../context.ts'
import { erasuresIn } from './erasures-in.ts'

/**
 * The master key of this installation: that of `CLAIMS_MASTER_KEY_FILE`, or one in CLAIMS_HOME that is made, and said, when the
 * first prediction is recorded.
 *
 * @param store whose keys are under it; where it holds some already, no other key is made
 * @throws ClaimsError `invalid_configuration` in production where the file is not named; `wrong_master_key` where it is absent
 */
export async function openMasterKey(
  { config, output }: Pick<CommandContext, 'config' | 'output'>,
  store: SubjectKeyStore,
): Promise<MasterKey> {
  const { masterKeyFile, environment, home } = config
  if (masterKeyFile !== undefined) return await readMasterKey(masterKeyFile)
  if (environment === 'production') throw notNamed()
  const path = join(home, 'master.key')
  if (await SubjectVault.isUsed(store)) return await readMasterKey(path)
  const { made, key } = await makeMasterKey(path)
  if (made) {
    // Nobody was erased yet: a list of none, so that a restore knows that it misses nobody.
    await erasureFile(erasuresIn(home)).add([], new Date())
    output.note(
      `note: made the master key ${path}, which personal data is sealed under; keep a copy of it elsewhere than the database: without it no record can be opened`,
    )
  }
  return key
}

function notNamed(): ClaimsError {
  return new ClaimsError('invalid_configuration', 'CLAIMS_MASTER_KEY_FILE: is not set in production', {
    problems: [
      {
        field: 'CLAIMS_MASTER_KEY_FILE',
        problem: 'is not set in production',
        allowed: 'a file of 32 bytes, such as claims keys make-master writes it',
      },
    ],
  })
}
