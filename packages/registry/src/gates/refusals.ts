import { ClaimsError } from '@claims/contracts'

/** An approval can never count. */
export function approvalRefused(approver: string, why: string): ClaimsError {
  return new ClaimsError('approval_refused', `The approval of ${approver} does not count: ${why}`, {
    problems: [
      {
        field: 'approval',
        problem: why,
        allowed:
          'what an enrolled person who did not register the version signed, with a key that was not revoked',
      },
    ],
  })
}

/** A policy may not be weakened by one person. */
export function policyRefused(name: string, weaker: readonly string[]): ClaimsError {
  return new ClaimsError(
    'policy_refused',
    `The policy of ${name} demands approvals, so less is demanded only where another person signed for it. ${weaker.join(' ')}`,
    {
      problems: weaker.map((problem) => ({
        field: 'policy',
        problem,
        allowed: "as much as before, or another person's signed approval of this policy",
      })),
    },
  )
}
