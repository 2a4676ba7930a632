import { fact, missingFact } from '../fact.ts'
import type { DocumentParts } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'
import { decisionSection, gateSection } from '../sections/history.ts'
import { identitySection } from '../sections/identity.ts'
import { cautionSection, groupSection, limitSection, performanceSection } from '../sections/performance.ts'

/** What was measured before a version was decided on, how it was chosen, and who decided. */
export function validationSummary(facts: VersionFacts, generatedAt: string): DocumentParts {
  const { version, evaluation, record } = facts
  return {
    kind: 'validation-summary',
    title: `Validation summary: ${version.name}@${version.version}`,
    subject: `${version.name}@${version.version}`,
    generated_at: generatedAt,
    statement:
      'What training measured on rows that nothing was fitted on, and what was decided afterwards. Training and measuring are done by one program; a validation by others is a record only where evidence was added.',
    sections: [
      identitySection(facts),
      {
        title: 'Choice of the model',
        facts: [
          fact('Rule', evaluation.selection.rule, {
            record: record('evaluation.json', 'selection.rule'),
            missing: 'training',
          }),
          fact('Metric of the choice', evaluation.selection.metric, {
            record: record('evaluation.json', 'selection.metric'),
            missing: 'training',
          }),
          fact('Learnt something', evaluation.learned, {
            record: record('evaluation.json', 'learned'),
            missing: 'training',
          }),
        ],
        table: {
          columns: ['Candidate', 'Kind', 'Folds', 'Mean', 'Lower', 'Upper', 'Selected'],
          rows: evaluation.candidates.map((candidate, i) => {
            const { folds, metrics } = candidate.cross_validation
            const measured = Object.entries(metrics).find(
              ([name]) => name === evaluation.selection.metric,
            )?.[1]
            return {
              cells: [
                ...[candidate.name, candidate.kind, folds],
                ...[measured?.value ?? null, measured?.lower ?? null, measured?.upper ?? null],
                candidate.selected ? 'yes' : (candidate.stopped?.reason ?? 'no'),
              ],
              record: record('evaluation.json', `candidates[${String(i)}]`),
            }
          }),
        },
      },
      performanceSection(facts),
      limitSection(facts),
      groupSection(facts),
      cautionSection(facts),
      gateSection(facts),
      decisionSection(facts),
      {
        title: 'Independence',
        facts: [
          missingFact('Validator outside of the team', 'the owner of the model'),
          missingFact('Review of the concept and of the assumptions', 'the validator'),
        ],
      },
    ],
  }
}
