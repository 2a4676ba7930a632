import { readTestPredictions } from '@claims/pipeline'
import { fact, missingFact } from '../fact.ts'
import type { DocumentParts, DocumentSection } from '../governance-document.ts'
import { gradeResults, populationStabilityIndex, trainingShares, type GradeResult } from '../grades.ts'
import type { VersionFacts } from '../model-facts.ts'
import { readBundleProfile } from '../read-profile.ts'
import { historyTable } from '../sections/history.ts'
import { identitySection } from '../sections/identity.ts'
import { calibrationSection, discriminationSection } from '../sections/performance.ts'

/** What a validation under the Basel framework asks of a rating model, as far as the records hold it. */
export async function baselPack(facts: VersionFacts, generatedAt: string): Promise<DocumentParts> {
  const { version } = facts
  const tested = await readTestPredictions(facts.files)
  const grades = tested === null ? null : gradeResults(tested, facts.policy.bands)
  return {
    kind: 'basel-pack',
    title: `Validation pack: ${version.name}@${version.version}`,
    subject: `${version.name}@${version.version}`,
    generated_at: generatedAt,
    statement:
      'What a validation of a rating model under the Basel framework asks for, as far as the records hold it. Whether the model is a rating model, and its label a default, is for the institution to judge. Grades are the bands of the policy.',
    sections: [
      identitySection(facts),
      definition(facts),
      discriminationSection(facts),
      calibrationSection(facts),
      byGrade(facts, grades, tested?.groups !== undefined),
      await stability(facts, grades),
      overrides(facts),
      {
        title: 'Proxy label',
        facts: [
          missingFact(
            'Whether the label stands for a default that was observed, or for a proxy of it',
            'the owner of the data; no record of the product holds it',
          ),
          missingFact('How far a proxy agrees with observed defaults', 'a study by the owner of the model'),
        ],
      },
    ],
  }
}

function definition({ manifest, evaluation, record }: VersionFacts): DocumentSection {
  const { label } = manifest.blueprint
  const negative = label.negative === undefined ? 'every other value' : String(label.negative)
  return {
    title: 'Definition of default',
    facts: [
      fact('Positive outcome', `${label.column} = ${evaluation.positive}; negative: ${negative}`, {
        record: record('manifest.json', 'blueprint.label'),
        missing: 'the blueprint',
      }),
      fact('Values that leave the outcome open', label.missing, {
        record: record('manifest.json', 'blueprint.label.missing'),
        missing: 'label.missing in the blueprint; no value is taken for an open outcome',
      }),
      fact('Days until an outcome is trusted', label.maturity_days, {
        record: record('manifest.json', 'blueprint.label.maturity_days'),
        missing: 'the blueprint',
      }),
      missingFact('Days past due, and other signs of unlikeliness to pay', 'the institution'),
      missingFact('Horizon of the probability', 'the institution'),
    ],
  }
}

function byGrade(
  { record }: VersionFacts,
  grades: readonly GradeResult[] | null,
  grouped: boolean,
): DocumentSection {
  const title = 'Calibration by grade'
  if (grades === null)
    return { title, facts: [missingFact('Test rows by grade', 'a bundle with test-predictions.bin')] }
  const among = grouped
    ? ' Rows hang together in groups, so the intervals are narrower than they should be.'
    : ''
  return {
    title,
    note: `On the test rows; intervals are Wilson's at 95 %.${among}`,
    table: {
      columns: ['Grade', 'Rows', 'Positives', 'Predicted', 'Observed', 'Lower', 'Upper', 'Predicted within'],
      rows: grades.map(({ grade, rows, positives, predicted, observed, lower, upper }) => ({
        cells: [
          ...[grade, rows, positives, predicted ?? '–', observed ?? '–', lower ?? '–', upper ?? '–'],
          predicted === null || lower === null || upper === null
            ? '–'
            : predicted >= lower && predicted <= upper
              ? 'yes'
              : 'no',
        ],
        record: record('test-predictions.bin', 'and policy.json bands'),
      })),
    },
  }
}

async function stability(
  facts: VersionFacts,
  grades: readonly GradeResult[] | null,
): Promise<DocumentSection> {
  const title = 'Stability by grade'
  const profile = await readBundleProfile(facts)
  const expected = profile === null ? null : trainingShares(profile, facts.policy.bands)
  const total = grades?.reduce((sum, { rows }) => sum + rows, 0) ?? 0
  if (expected === null || grades === null || total === 0)
    return {
      title,
      facts: [
        missingFact('Shares by grade', 'a bundle with test-predictions.bin and reference-profile.json'),
      ],
    }
  const actual = grades.map(({ rows }) => rows / total)
  const record = facts.record('reference-profile.json', 'score, against test-predictions.bin')
  return {
    title,
    note: 'Shares of out-of-fold training scores against test scores. It compares two samples of one file; stability over time needs later data: claims monitor.',
    facts: [
      fact('Population stability index', populationStabilityIndex(expected, actual), {
        record,
        missing: 'rows in every grade: the index is infinite where one is empty on one side alone',
      }),
      missingFact('Migration between grades over time', 'later data'),
    ],
    table: {
      columns: ['Grade', 'Share in training', 'Share in the test'],
      rows: grades.map(({ grade }, i) => ({
        cells: [grade, expected[i] ?? null, actual[i] ?? null],
        record,
      })),
    },
  }
}

function overrides({ lines, name }: VersionFacts): DocumentSection {
  const overridden = lines.filter(({ entry }) => entry.override)
  return {
    title: 'Overrides',
    facts: [
      fact('Promotions that passed over a gate', overridden.length, {
        record: `history of ${name}, all lines`,
        missing: 'the registry',
      }),
      missingFact(
        'Decisions on single claims that a person overrode',
        'records of reviews; none is kept yet',
      ),
    ],
    table: historyTable(overridden),
  }
}
