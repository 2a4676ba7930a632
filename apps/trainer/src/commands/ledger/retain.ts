import { ClaimsError } from '@claims/contracts'
import { dropPartitions } from '@claims/registry'
import type { DatabaseOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { openCheckpoints } from '../../open-checkpoints.ts'
import { systemUser } from '../../system-user.ts'
import { withLedger } from '../../with-ledger.ts'

/** Options of `ledger retain`. */
export interface RetainOptions extends DatabaseOptions {
  readonly before: string
  readonly checkpoint: string
  readonly publicKey: string
  readonly apply?: boolean
}

/** `claims ledger retain`: 1 when a partition before the month is kept. */
export async function retainPartitions(options: RetainOptions, context: CommandContext): Promise<0 | 1> {
  const { output, onProgress, signal } = context
  const { before, apply = false } = options
  const [checkpoint] = await openCheckpoints([options.checkpoint], options.publicKey)
  if (checkpoint === undefined) throw new ClaimsError('invalid_usage', 'Name a checkpoint')
  return await withLedger(options, context, async ({ ledger, place }) => {
    const actor = systemUser()
    const partitions = await dropPartitions(ledger, { before, checkpoint, actor, apply, onProgress, signal })
    for (const { name, entries, verdict, reason } of partitions)
      output.line(`${verdict.padEnd(10)}${name}: ${reason ?? `${entries.toLocaleString('en')} entries`}`)
    if (partitions.length === 0) output.line(`${place} has no partition before ${before}`)
    else if (!apply) output.line('nothing was dropped; --apply drops, and nothing brings it back')
    output.result({ database: place, before, applied: apply, partitions })
    return partitions.some(({ verdict }) => verdict === 'kept') ? 1 : 0
  })
}
