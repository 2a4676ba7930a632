import { checkpointSha256 } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { openCheckpoints } from '../../open-checkpoints.ts'

/** Options of `ledger check`. */
export interface CheckCheckpointOptions {
  readonly file: string
  readonly publicKey: string
}

/** `claims ledger check`: the signature of a checkpoint, without a database; an error with exit 1 where it does not hold. */
export async function checkCheckpoint(
  { file, publicKey }: CheckCheckpointOptions,
  { output }: CommandContext,
): Promise<0> {
  for (const checkpoint of await openCheckpoints([file], publicKey)) {
    const { created_at, entries, previous_sha256 } = checkpoint
    for (const { name, position, sha256 } of entries)
      output.line(`${sha256}  ${name}, row ${String(position)}`)
    output.line(`${file} holds: signed at ${created_at}, ${String(entries.length)} sequences`)
    output.result({
      checkpoint: file,
      sha256: checkpointSha256(checkpoint),
      created_at,
      previous_sha256,
      entries,
    })
  }
  return 0
}
