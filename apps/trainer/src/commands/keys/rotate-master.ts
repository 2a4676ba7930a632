import { DatabaseSubjectKeyStore } from '@claims/database'
import { readMasterKey, rotateMasterKey } from '@claims/predictions'
import type { CommandContext } from '../../context.ts'
import { openMasterKey } from '../../predictions/open-master-key.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'

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
