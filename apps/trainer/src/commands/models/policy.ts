import { ClaimsError } from '@claims/contracts'
import { constraintText, parseConstraint, type Constraint, type PromotionPolicy } from '@claims/registry'
import { actorOf } from '../../actor.ts'
import type { PolicyOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { readPolicyFile } from '../../policy-file.ts'

/** `claims models policy` */
export async function modelPolicy(options: PolicyOptions, context: CommandContext): Promise<0> {
  const { output } = context
  return await withRegistry<0>(context, async ({ registry }) => {
    const before = await registry.gates.policy(options.model)
    const wanted = await wantedPolicy(before, options)
    if (wanted !== null) {
      const reason = requireReason(options.reason)
      await registry.gates.setPolicy(options.model, wanted, { ...actorOf(options), reason })
    }
    const policy = wanted ?? before
    for (const line of describePolicy(options.model, policy)) output.line(line)
    output.result({ model: options.model, policy, changed: wanted !== null })
    return 0
  })
}

/** The policy that the options ask for; null where they ask for none. */
async function wantedPolicy(
  before: PromotionPolicy,
  { file, approvals, require: rows = [], longestValidity }: PolicyOptions,
): Promise<PromotionPolicy | null> {
  if (file !== undefined) {
    if (approvals === undefined && rows.length === 0 && longestValidity === undefined)
      return await readPolicyFile(file)
    throw new ClaimsError('invalid_usage', '--file holds the whole policy, so nothing stands beside it')
  }
  if (approvals === undefined && rows.length === 0 && longestValidity === undefined) return null
  return {
    ...before,
    approvals: approvals ?? before.approvals,
    longest_validity_days: longestValidity ?? before.longest_validity_days,
    constraints: rows.map(parseConstraint).reduce(withConstraint, before.constraints),
  }
}

/** Of two rows on one metric and the same rows in one direction, the later one holds. */
function withConstraint(rows: readonly Constraint[], row: Constraint): readonly Constraint[] {
  const subject = ({ metric, on, operator }: Constraint): string => JSON.stringify([metric, on, operator[0]])
  return [...rows.filter((other) => subject(other) !== subject(row)), row]
}

function describePolicy(name: string, policy: PromotionPolicy): readonly string[] {
  const { approvals, constraints, longest_validity_days: days } = policy
  const validity = days === null ? '' : `, each for ${String(days)} days at most`
  return [
    `${name} demands ${String(approvals)} ${approvals === 1 ? 'approval' : 'approvals'}${validity}`,
    ...constraints.map((row) => `  ${constraintText(row)}`),
    ...(constraints.length === 0 ? ['  nothing beyond the constraints of its blueprint'] : []),
  ]
}

function requireReason(reason: string | undefined): string {
  if (reason !== undefined) return reason
  throw new ClaimsError('invalid_usage', 'A change of a policy needs --reason')
}
