import type { ReferenceProfile } from '@claims/contracts'
import { readBundleProfile } from '../read-profile.ts'
import { fact, missingFact } from '../fact.ts'
import type { DocumentParts } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'
import { columnSection, dataSection } from '../sections/data.ts'

/** A datasheet of the training data after Gebru et al., arXiv:1803.09010. */
export async function dataSheet(facts: VersionFacts, generatedAt: string): Promise<DocumentParts> {
  const { version, manifest, record } = facts
  const { blueprint } = manifest
  const profile = await readBundleProfile(facts)
  return {
    kind: 'data-sheet',
    title: `Data sheet: training data of ${version.name}@${version.version}`,
    subject: `${version.name}@${version.version}`,
    generated_at: generatedAt,
    statement:
      'After the datasheets of Gebru et al. (2018). It describes the file that the version learnt from, as training read it.',
    sections: [
      {
        title: 'Motivation',
        facts: ['For what the data was made', 'Who made it', 'Who paid for it'].map((label) =>
          missingFact(label, 'the owner of the data'),
        ),
      },
      dataSection(facts),
      columnSection(facts),
      {
        title: 'Composition by column',
        note: 'Of the rows that the model learnt from.',
        ...(profile === null
          ? { facts: [missingFact('Profile of the columns', 'a bundle with reference-profile.json')] }
          : {
              table: {
                columns: ['Column', 'Kind', 'Rows', 'Missing', 'Smallest', 'Largest', 'Levels'],
                rows: Object.entries(profile.columns).map(([name, sketch]) => ({
                  cells: [name, ...compositionOf(sketch)],
                  record: record('reference-profile.json', `columns.${name}`),
                })),
              },
            }),
      },
      {
        title: 'Checks and preparation',
        facts: [
          fact(
            'Steps',
            blueprint.steps.map(({ kind }) => kind),
            { record: record('manifest.json', 'blueprint.steps'), missing: 'steps in the blueprint' },
          ),
          fact(
            'Business rules',
            blueprint.business_rules.map(({ name, severity }) => `${name} (${severity})`),
            {
              record: record('manifest.json', 'blueprint.business_rules'),
              missing: 'rules in the blueprint',
            },
          ),
          fact(
            'Keys that occur once',
            blueprint.unique_keys.map((key) => key.join(' + ')),
            {
              record: record('manifest.json', 'blueprint.unique_keys'),
              missing: 'unique_keys in the blueprint',
            },
          ),
          fact('Least quality score', blueprint.quality.minimum_score, {
            record: record('manifest.json', 'blueprint.quality.minimum_score'),
            missing: 'the blueprint',
          }),
        ],
      },
      {
        title: 'Distribution and maintenance',
        facts: ['Who may have the data', 'Until when it is kept', 'Who answers for it'].map((label) =>
          missingFact(label, 'the owner of the data'),
        ),
      },
    ],
  }
}

type Sketch = ReferenceProfile['columns'][string]

/** Kind, rows, missing rows, range and number of levels of a column. */
function compositionOf(sketch: Sketch): readonly (string | number)[] {
  const rows = 'rows' in sketch ? sketch.rows.reduce((sum, n) => sum + n, 0) : 0
  switch (sketch.kind) {
    case 'number': {
      const range = [sketch.minimum ?? '–', sketch.maximum ?? '–']
      return ['number', rows, sketch.rows.at(-1) ?? 0, ...range, '–']
    }
    case 'category':
      return ['category', rows, sketch.rows.at(-1) ?? 0, '–', '–', sketch.levels.length]
    case 'text':
      return ['text', '–', '–', '–', '–', '–']
  }
}
