import { ClaimsError, type Blueprint, type LeakageFinding } from '@claims/contracts'

/** What follows from the findings. */
export interface LeakageDecision {
  /** The findings with their action: `excluded`, `kept`, or `reported` when they are about rows. */
  readonly findings: LeakageFinding[]
  /** Columns that must not become features, in order of the findings. */
  readonly excluded: string[]
}

/**
 * Decides what happens to suspected leaks. A column with `accept_leak` stays, and its findings say why. Of the others,
 * a column with a `block` finding is excluded when the blueprint was inferred and stops the training when it was
 * written by hand. A warning never stops.
 *
 * @param findings of `scanLeakage`
 * @param blueprint its origin and the columns' `accept_leak`
 * @throws ClaimsError `suspected_leak` with one problem per blocked column, for an explicit blueprint
 * @example
 * const { excluded } = applyLeakagePolicy(scanLeakage(input), blueprint)
 */
export function applyLeakagePolicy(
  findings: readonly LeakageFinding[],
  blueprint: Blueprint,
): LeakageDecision {
  const accepted = new Map(
    blueprint.columns.flatMap(({ name, accept_leak: reason }) =>
      reason === undefined ? [] : [[name, reason]],
    ),
  )
  const blocking = findings.filter(
    ({ column, severity }) => severity === 'block' && column !== null && !accepted.has(column),
  )
  const excluded = [...new Set(blocking.flatMap(({ column }) => (column === null ? [] : [column])))]
  if (excluded.length > 0 && blueprint.origin === 'explicit') {
    throw new ClaimsError('suspected_leak', stopMessage(blocking, excluded), {
      problems: excluded.map((column) => ({
        field: column,
        problem: blocking
          .filter((finding) => finding.column === column)
          .map(({ kind, message, evidence }) => `${kind}: ${message} (${describeEvidence(evidence)})`)
          .join(' '),
        allowed: 'role "ignored", or "accept_leak": "reason"',
      })),
    })
  }
  return {
    excluded,
    findings: findings.map((finding) => {
      const { column, severity, message } = finding
      if (column === null) return { ...finding, action: 'reported' }
      const reason = accepted.get(column)
      if (reason !== undefined && severity === 'block') {
        return { ...finding, action: 'kept', message: `${message} Kept because: ${reason}` }
      }
      if (!excluded.includes(column)) return { ...finding, action: 'kept' }
      return { ...finding, action: 'excluded', message: `${message} It is excluded.` }
    }),
  }
}

function stopMessage(blocking: readonly LeakageFinding[], columns: readonly string[]): string {
  const first = blocking[0]
  const names = columns.map((column) => `"${column}"`).join(', ')
  return (
    `${columns.length === 1 ? 'The feature' : 'The features'} ${names} ${columns.length === 1 ? 'is' : 'are'} suspected to leak the label: ` +
    `${first?.message ?? ''} Give the column the role "ignored", or keep it with "accept_leak": "reason".`
  )
}

function describeEvidence(evidence: LeakageFinding['evidence']): string {
  return Object.entries(evidence)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
    .join(', ')
}
