import type { Column } from '@claims/contracts'
import { fact, missingFact } from '../fact.ts'
import type { DocumentSection } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'

/** What the model learnt from. */
export function dataSection({ manifest, evaluation, record }: VersionFacts): DocumentSection {
  const { data, label_maturity: maturity, blueprint } = manifest
  const field = (name: string): string => record('manifest.json', `data.${name}`)
  return {
    title: 'Training data',
    facts: [
      fact('Source', data.source, { record: field('source'), missing: 'training' }),
      fact('SHA-256', data.sha256, { record: field('sha256'), missing: 'training' }),
      fact('Rows', data.rows, { record: field('rows'), missing: 'training' }),
      fact('Rejected rows', data.rejected_rows, { record: field('rejected_rows'), missing: 'training' }),
      fact('Positives', data.positives, { record: field('positives'), missing: 'training' }),
      fact('Definition of the positive class', `${blueprint.label.column} = ${evaluation.positive}`, {
        record: record('manifest.json', 'blueprint.label'),
        missing: 'the blueprint',
      }),
      fact(
        'Label maturity',
        maturity === null
          ? null
          : `${String(maturity.maturity_days)} days; labels as of ${maturity.as_of}, rows after ${maturity.cutoff} left out: ${String(maturity.immature_rows)}`,
        {
          record: record('manifest.json', 'label_maturity'),
          missing: 'label.maturity_days in the blueprint',
        },
      ),
      fact(
        'Split',
        `${evaluation.split.kind}: ${String(evaluation.split.train_rows)} rows to learn, ${String(evaluation.split.test_rows)} to test${evaluation.split.cutoff === null ? '' : `, cut at ${evaluation.split.cutoff}`}`,
        { record: record('evaluation.json', 'split'), missing: 'training' },
      ),
      missingFact('How and from whom the data was collected', 'the owner of the data'),
      missingFact('Consent or other basis of its use', 'the owner of the data'),
    ],
  }
}

/** Every column, what it is for and whether the model sees it. */
export function columnSection({ manifest, record }: VersionFacts): DocumentSection {
  const sources = new Set(manifest.features.flatMap((feature) => feature.sources))
  return {
    title: 'Data inputs',
    note: 'One row for each raw column. A column is an input where a feature of the model is made of it.',
    table: {
      columns: ['Column', 'Role', 'Type', 'Meaning', 'Input of the model', 'Accepted leak'],
      rows: manifest.blueprint.columns.map((column, i) => ({
        cells: [
          column.name,
          column.role,
          column.type,
          column.description ?? null,
          sources.has(column.name) ? 'yes' : 'no',
          column.accept_leak ?? 'no',
        ],
        record: record('manifest.json', `blueprint.columns[${String(i)}]`),
      })),
    },
  }
}

/** Columns that say something about a protected group. @param columns of the blueprint */
export function sensitiveColumns(columns: readonly Column[]): readonly string[] {
  return columns.filter(({ role }) => role === 'sensitive').map(({ name }) => name)
}
