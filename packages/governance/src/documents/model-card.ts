import { fact, missingFact } from '../fact.ts'
import type { DocumentParts } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'
import { columnSection, dataSection, sensitiveColumns } from '../sections/data.ts'
import { decisionSection } from '../sections/history.ts'
import { identitySection, purposeSection } from '../sections/identity.ts'
import { cautionSection, driverSection, groupSection, performanceSection } from '../sections/performance.ts'

/** A model card after Mitchell et al., arXiv:1810.03993, of a registered version. */
export function modelCard(facts: VersionFacts, generatedAt: string): DocumentParts {
  const { version, manifest, lines, record } = facts
  const retirement = lines.findLast(({ entry }) => ['retire', 'delete'].includes(entry.action))
  return {
    kind: 'model-card',
    title: `Model card: ${version.name}`,
    subject: `${version.name}@${version.version}`,
    generated_at: generatedAt,
    statement:
      'After the model cards of Mitchell et al. (2019). Every field names the record that it was read from; what no record holds is missing.',
    sections: [
      identitySection(facts),
      purposeSection(facts),
      dataSection(facts),
      columnSection(facts),
      performanceSection(facts),
      groupSection(facts),
      driverSection(facts),
      cautionSection(facts),
      {
        title: 'Ethical considerations',
        facts: [
          fact('Sensitive columns, never an input', sensitiveColumns(manifest.blueprint.columns), {
            record: record('manifest.json', 'blueprint.columns'),
            missing: 'columns with the role sensitive in the blueprint',
          }),
          missingFact('Harms that were considered', 'the owner of the model'),
        ],
      },
      decisionSection(facts),
      {
        title: 'Operation',
        facts: [
          missingFact('Monitoring plan', 'the owner of the model; no record of the product holds it'),
          fact('Retired', retirement?.entry.time ?? 'no', {
            record: retirement?.record ?? `history of ${version.name}, all lines`,
            missing: 'claims models retire',
          }),
        ],
      },
    ],
  }
}
