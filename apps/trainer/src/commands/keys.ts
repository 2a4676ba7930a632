import { DatabaseSubjectKeyStore } from '@claims/database'
import { ClaimsError } from '@claims/contracts'
import { makeMasterKey, readMasterKey, rotateMasterKey } from '@claims/predictions'
import type { CommandContext } from '../context.ts'
import { openMasterKey } from '../predictions/open-master-key.ts'
import { withPredictions } from '../predictions/with-predictions.ts'

/** `claims keys make-master` */
export async function makeMaster({ out }: { readonly out: string }, context: CommandContext): Promise<0> {
  const { made, key } = await makeMasterKey(out)
  if (!made) throw taken(out)
  context.output.line(
    `made the master key ${key.name} in ${out}; keep a copy of it elsewhere than the database`,
  )
  context.output.result({ master_key: key.name, file: out })
  return 0
}

/** Options of `keys rotate-master`. */
export interface RotateMasterOptions {
  readonly newKeyFile: string
}

/** `claims keys rotate-master` */
export async function rotateMaster({ newKeyFile }: RotateMasterOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const to = await readMasterKey(newKeyFile)
  const keys = await withPredictions(context, async ({ database }) => {
    const store = new DatabaseSubjectKeyStore(database)
    return await rotateMasterKey(store, await openMasterKey(context, store), to)
  })
  output.line(`rotated           ${String(keys)} keys are under the master key ${to.name}`)
  output.line(`from now on       CLAIMS_MASTER_KEY_FILE is ${newKeyFile}, or a copy of it`)
  output.result({ keys, master_key: to.name })
  return 0
}

function taken(path: string): ClaimsError {
  return new ClaimsError('already_exists', `There is a file ${path} already`, {
    problems: [{ field: 'out', problem: 'exists', allowed: 'a name that is free' }],
  })
}
