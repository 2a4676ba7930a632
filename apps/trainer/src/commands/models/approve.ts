import { ClaimsError } from '@claims/contracts'
import { signApproval, type ApprovalDraft, type ModelRegistry } from '@claims/registry'
import { actorOf } from '../../actor.ts'
import type { ApproveOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { readPolicyFile } from '../../policy-file.ts'
import { versionOf } from '../../version-of.ts'
import { readSigningKey } from '../keys/key-files.ts'

/** `claims models approve` */
export async function approveModel(options: ApproveOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const key = await readSigningKey(options.key, output)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, what, text } = await subjectOf(registry, options)
    const { reason, expires: validityDays } = options
    const statement = await registry.gates.draftApproval(name, { ...what, key, reason, validityDays })
    const entry = await registry.gates.approve(name, signApproval(statement, key), {
      ...actorOf(options),
      reason,
    })
    const { approver, expires_at: expiresAt } = statement
    output.line(`${approver} approved ${text}${expiresAt === null ? '' : `, until ${expiresAt}`}`)
    output.result(entry)
    return 0
  })
}

interface Subject {
  readonly name: string
  readonly what: Pick<ApprovalDraft, 'kind' | 'version' | 'policy'>
  readonly text: string
}

async function subjectOf(registry: ModelRegistry, options: ApproveOptions): Promise<Subject> {
  const { model, policy: file, override = false } = options
  if (file === undefined) {
    const { name, version } = await versionOf(registry, model)
    const kind = override ? 'override' : 'approval'
    const text = `${name}@${version}${override ? ', also where gates fail' : ''}`
    return { name, what: { kind, version }, text }
  }
  if (override || model.includes('@'))
    throw new ClaimsError(
      'invalid_usage',
      '--policy approves a policy of NAME, not a version and no override',
    )
  return {
    name: model,
    what: { kind: 'policy', policy: await readPolicyFile(file) },
    text: `the policy in ${file}`,
  }
}
