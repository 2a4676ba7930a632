import { ClaimsError } from '@claims/contracts'
import { makeMasterKey } from '@claims/predictions'
import type { CommandContext } from '../../context.ts'

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

function taken(path: string): ClaimsError {
  return new ClaimsError('already_exists', `There is a file ${path} already`, {
    problems: [{ field: 'out', problem: 'exists', allowed: 'a name that is free' }],
  })
}
