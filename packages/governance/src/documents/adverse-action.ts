import { ClaimsError, type LoggedPrediction, type PredictionLog } from '@claims/contracts'
import { fact, missingFact } from '../fact.ts'
import type { DocumentParts } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'

/** The commentary of Regulation B (12 CFR 1002.9) holds more than four reasons for unhelpful. */
const mostReasons = 4

/**
 * The text of a notice of adverse action about one prediction: its decision and the reasons that its model gave most weight.
 *
 * @throws ClaimsError `invalid_parameter` where the prediction was no decision against the person; `damaged_record` where its
 *   version has another bundle
 */
export function adverseAction(
  { record, sequence, position }: LoggedPrediction,
  facts: VersionFacts,
  generatedAt: string,
): DocumentParts {
  const { outcome, model } = record
  const at = `${sequence}, line ${String(position)}`
  requireSameBundle(record, facts)
  const favourable = facts.policy.decisions[0]?.decision
  if (outcome.status !== 'scored' || outcome.decision === favourable) {
    const was =
      outcome.status === 'scored' ? `decided ${outcome.decision}` : `was rejected as ${outcome.code}`
    const problem = `${was}, which is no decision against the person`
    throw new ClaimsError('invalid_parameter', `The prediction ${record.id} ${problem}`, {
      problems: [
        { field: 'prediction', problem, allowed: 'a prediction with another decision', received: record.id },
      ],
    })
  }
  const against = outcome.reasons.filter(({ direction }) => direction === 'increases_risk')
  const sentences = new Map(
    Object.values(facts.manifest.blueprint.reasons).map(({ code, reason }) => [code, reason]),
  )
  return {
    kind: 'adverse-action',
    title: 'Notice of action taken',
    subject: `prediction ${record.id}`,
    generated_at: generatedAt,
    statement:
      'A draft that a person completes and answers for. It says what the records hold; the name of the person, what the law of the place wants said, and whether the law asks for a notice at all are not among them.',
    sections: [
      {
        title: 'Action',
        facts: [
          fact('Decision', outcome.decision, { record: at, missing: 'the record' }),
          fact('Decided on', record.recorded_at, { record: at, missing: 'the record' }),
          missingFact('Person and claim', `claims predictions show ${record.id} --reveal --reason TEXT`),
          missingFact('Who decides, and how to reach them', 'the insurer'),
          missingFact('Reviewed by a person', 'a record of the review; none is kept yet'),
          missingFact('Rights of the person, and how to object', 'the insurer, by the law of the place'),
        ],
      },
      {
        title: 'Principal reasons',
        note: `The columns that raised the score most, at most ${String(mostReasons)}; ${String(against.length)} of the ${String(outcome.reasons.length)} recorded reasons raised it. A reason is what the model weighed, not a cause.`,
        ...(against.length > 0
          ? {}
          : { facts: [missingFact('Reasons', 'predictions that are recorded with reasons: --reasons 4')] }),
        table: {
          columns: ['Reason', 'Code', 'Column'],
          rows: against.slice(0, mostReasons).map(({ feature, reason_code: code }, i) => ({
            cells: [sentences.get(code) ?? null, code, feature],
            record: `${at}, outcome.reasons[${String(i)}]`,
          })),
        },
      },
      {
        title: 'For the file',
        facts: [
          fact('Model', `${model.name}@${model.version ?? 'not registered'}`, {
            record: at,
            missing: 'the record',
          }),
          fact('SHA-256 of the manifest', model.manifest_sha256, { record: at, missing: 'the record' }),
          fact('Score', String(outcome.score), { record: at, missing: 'the record' }),
          fact('Threshold', String(model.threshold), { record: at, missing: 'the record' }),
          fact('Made again by', `claims replay ${record.id}`, { record: at, missing: 'the record' }),
        ],
      },
    ],
  }
}

/** Words and decisions are those of the bundle that scored, and of no other under its name. */
function requireSameBundle({ id, model }: LoggedPrediction['record'], { version }: VersionFacts): void {
  if (model.manifest_sha256 === version.manifest_sha256) return
  const problem = `was made with the bundle ${model.manifest_sha256.slice(0, 12)}, and ${version.name}@${version.version} is ${version.manifest_sha256.slice(0, 12)}`
  throw new ClaimsError('damaged_record', `The prediction ${id} ${problem}`, {
    problems: [
      { field: 'model.manifest_sha256', problem, allowed: 'the bundle of the version', received: id },
    ],
  })
}

/** The record of a prediction. @throws ClaimsError `unknown_prediction` */
export async function requirePrediction(
  predictions: PredictionLog | undefined,
  id: string | undefined,
): Promise<LoggedPrediction> {
  if (id === undefined) {
    const problem = 'is about one prediction, and none is named'
    throw new ClaimsError('invalid_parameter', `The document adverse-action ${problem}`, {
      problems: [{ field: 'prediction', problem, allowed: 'the id of a recorded prediction' }],
    })
  }
  const found = (await predictions?.find(id)) ?? null
  if (found !== null) return found
  throw new ClaimsError('unknown_prediction', `No prediction ${id} is recorded`, {
    problems: [{ field: 'prediction', problem: 'is not recorded', received: id }],
  })
}
