import type { Manifest } from '@claims/contracts'
import type { GateRow } from '../history/details/promotion-details.ts'
import { reasonsAgainst } from '../rules/reasons-against.ts'
import { gateRow } from './gate-row.ts'
import type { RecordedEvidence } from './gate-state.ts'

/**
 * The gates of what the training said, one for each reason against the version. A reason that is a constraint is left to
 * the gate of the constraint where one fails for it.
 *
 * @param headline of the manifest
 * @param failedConstraints how many constraints of the blueprint fail
 */
export function trainingGates(headline: Manifest['headline'], failedConstraints: number): readonly GateRow[] {
  const passed = (why: string): readonly GateRow[] => [
    gateRow({ gate: 'training_verdict', passed: true, why }),
  ]
  if (headline.promotable) return passed('the training found no reason against it')
  const { reasons, reason_kinds: kinds = [] } = headline
  const all = reasonsAgainst(headline)
  const ofConstraints = kinds.filter((kind) => kind === 'constraint').length
  const said = kinds.length === reasons?.length && ofConstraints <= failedConstraints
  const left = said ? all.filter((_, i) => kinds[i] !== 'constraint') : all
  if (left.length === 0) return passed('the training found no reason against it but its constraints')
  return left.map((why) => gateRow({ gate: 'training_verdict', passed: false, why }))
}

/** Reasons of evaluations that are shown at most. */
const mostRows = 100

/** The gates of evaluations that were added: each reason against the version that no constraint says. */
export function evaluationGates(evidence: readonly RecordedEvidence[]): readonly GateRow[] {
  const rows = evidence
    .filter(({ discounted }) => discounted === null)
    .flatMap(({ reasons, source, evaluation_sha256: sha256 }) =>
      reasons.map((reason) =>
        gateRow({
          ...{ gate: 'evaluation_verdict', passed: false, evidence: sha256 },
          why: `On ${source}: ${reason}`,
        }),
      ),
    )
  const more = rows.length - mostRows
  if (more <= 0) return rows
  const why = `${String(more)} further reasons of evaluations are not shown`
  return [...rows.slice(0, mostRows), gateRow({ gate: 'evaluation_verdict', passed: false, why })]
}
