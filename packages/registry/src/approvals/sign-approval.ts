import type { ApprovalDetails, ApprovalStatement } from '../history/details/approval-details.ts'
import type { SigningKey } from './key-pair.ts'
import { signStatement } from './signature.ts'

/**
 * Signs an approval.
 *
 * @param statement of `ModelGates.draftApproval`
 * @param key of the approver
 * @example
 * const statement = await registry.gates.draftApproval('fraud', { kind: 'approval', version: '3', key, reason: 'reviewed' })
 * await registry.gates.approve('fraud', signApproval(statement, key), { actor: 'grace', reason: 'reviewed' })
 */
export function signApproval(statement: ApprovalStatement, key: SigningKey): ApprovalDetails {
  return { statement, signature: signStatement(statement, key) }
}
