import { readCheckpointKey, writeCheckpoint, writeNewCheckpointKey } from '@claims/registry'
import type { DatabaseOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { systemUser } from '../../system-user.ts'
import { withLedger } from '../../with-ledger.ts'
import { countsText } from './counts-text.ts'

/** Options of `ledger checkpoint`. */
export interface CheckpointCommandOptions extends DatabaseOptions {
  readonly out: string
  readonly key: string
  readonly newKey?: boolean
}

/** `claims ledger checkpoint` */
export async function writeCheckpointCommand(
  { out, key, newKey = false, ...options }: CheckpointCommandOptions,
  context: CommandContext,
): Promise<0> {
  const { output, onProgress, signal } = context
  return await withLedger<0>(options, context, async ({ ledger, place }) => {
    const privateKey = newKey ? await writeNewCheckpointKey(key) : await readCheckpointKey(key)
    if (newKey)
      output.line(
        `the key is in ${key}; give ${key}.pub to those who check, and keep both elsewhere than the database`,
      )
    const actor = systemUser()
    const written = await writeCheckpoint(ledger, { out, privateKey, actor, onProgress, signal })
    const { checkpoint, sha256, report } = written
    output.line(`${out} says where the sequences of ${place} end: ${countsText(report)}`)
    output.result({ database: place, checkpoint: out, sha256, entries: report.entries, document: checkpoint })
    return 0
  })
}
