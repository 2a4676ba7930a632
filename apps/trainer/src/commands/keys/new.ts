import { newKeyPair } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { publicKeyPath, writeKeyFiles } from './key-files.ts'

/** `claims keys new` */
export async function newKey({ out }: { readonly out: string }, { output }: CommandContext): Promise<0> {
  await writeKeyFiles(out, newKeyPair())
  output.line(
    `the private key is in ${out}, which nobody else may read; the public key is in ${publicKeyPath(out)}`,
  )
  output.result({ private_key: out, public_key: publicKeyPath(out) })
  return 0
}
