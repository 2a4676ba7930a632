import { metricNames, type TestEvaluation } from '@claims/contracts'
import { fact, missingFact, type Fact } from '../fact.ts'
import type { DocumentSection, FactTable } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'

const sets = ['test', 'out_of_time', 'external_test'] as const
const titles = { test: 'test', out_of_time: 'out of time', external_test: 'external test' }

/** Every metric of every set with its interval. */
export function performanceSection(facts: VersionFacts): DocumentSection {
  const { evaluation, record } = facts
  return {
    title: 'Performance',
    note: `Intervals at level ${String(evaluation.test.intervals.level)}: ${evaluation.test.intervals.method}.`,
    facts: sets.flatMap((name) => sizeOf(facts, name)),
    table: metricTableOf(facts, metricNames, record),
  }
}

/** How well the model tells classes apart. */
export function discriminationSection(facts: VersionFacts): DocumentSection {
  return {
    title: 'Discrimination',
    table: metricTableOf(facts, ['roc_auc', 'gini', 'ks', 'average_precision'], facts.record),
  }
}

/** How near probabilities are to what happens. */
export function calibrationSection(facts: VersionFacts): DocumentSection {
  return {
    title: 'Calibration',
    table: metricTableOf(facts, ['expected_calibration_error', 'brier', 'log_loss'], facts.record),
  }
}

function metricTableOf(
  { evaluation }: VersionFacts,
  names: readonly (typeof metricNames)[number][],
  record: VersionFacts['record'],
): FactTable {
  return {
    columns: ['Set', 'Metric', 'Value', 'Lower', 'Upper'],
    rows: sets.flatMap((set) => {
      const measured = evaluation[set]
      if (measured === null) return []
      return names.map((name) => {
        const { value, lower, upper } = measured.metrics[name]
        return {
          cells: [titles[set], name, value, lower, upper],
          record: record('evaluation.json', `${set}.metrics.${name}`),
        }
      })
    }),
  }
}

function sizeOf({ evaluation, record }: VersionFacts, set: (typeof sets)[number]): Fact[] {
  const measured: TestEvaluation | null = evaluation[set]
  const label = `Rows of the ${titles[set]} set`
  if (measured !== null) {
    const text = `${measured.rows.toLocaleString('en')}, of them ${measured.positives.toLocaleString('en')} positive`
    return [fact(label, text, { record: record('evaluation.json', set), missing: 'training' })]
  }
  return [
    missingFact(
      label,
      set === 'out_of_time'
        ? (evaluation.out_of_time_reason ?? 'a column with the role event_time')
        : 'claims train --test FILE',
    ),
  ]
}

/** Rates by group. */
export function groupSection({ evaluation, manifest, record }: VersionFacts): DocumentSection {
  const { fairness } = evaluation
  const least = manifest.blueprint.fairness.minimum_group_rows
  return {
    title: 'Groups',
    note: `Groups of fewer than ${String(least)} rows are left out.`,
    facts:
      fairness.length > 0
        ? []
        : [
            missingFact(
              'Rates by group',
              'fairness.columns in the blueprint, with groups that are large enough',
            ),
          ],
    table: {
      columns: ['Column', 'Group', 'Rows', 'Positive', 'Flagged', 'Recall', 'False positive rate'],
      rows: fairness.map((row, i) => ({
        cells: [
          ...[row.column, row.group, row.rows, row.positive_rate],
          ...[row.selection_rate, row.recall, row.false_positive_rate],
        ],
        record: record('evaluation.json', `fairness[${String(i)}]`),
      })),
    },
  }
}

/** The limits that the blueprint sets, and whether the test keeps them. */
export function limitSection({ evaluation, record }: VersionFacts): DocumentSection {
  const { selection } = evaluation
  return {
    title: 'Limits for promotion',
    facts: [
      fact('Promotable by its own evaluation', selection.promotable, {
        record: record('evaluation.json', 'selection.promotable'),
        missing: 'training',
      }),
      ...selection.reasons.map((reason, i) =>
        fact('Against it', reason, {
          record: record('evaluation.json', `selection.reasons[${String(i)}]`),
          missing: 'training',
        }),
      ),
      fact('How sure the figures are', selection.certainty, {
        record: record('evaluation.json', 'selection.certainty'),
        missing: 'a bundle of format 2 or later',
      }),
      ...(selection.constraints.length > 0
        ? []
        : [missingFact('Limits', 'selection.constraints in the blueprint')]),
    ],
    table: {
      columns: ['Limit', 'Allowed', 'Reached', 'Kept'],
      rows: selection.constraints.map(({ name, limit, value, met }, i) => ({
        cells: [name, limit, value, met ? 'yes' : 'no'],
        record: record('evaluation.json', `selection.constraints[${String(i)}]`),
      })),
    },
  }
}

/** What the leakage scan found, and what the evaluation warns of. */
export function cautionSection({ evaluation, record }: VersionFacts): DocumentSection {
  return {
    title: 'Leakage and cautions',
    table: {
      columns: ['Kind', 'Where', 'Severity', 'Action', 'What'],
      rows: [
        ...evaluation.leakage.findings.map((finding, i) => ({
          cells: [finding.kind, finding.column ?? 'rows', finding.severity, finding.action, finding.message],
          record: record('evaluation.json', `leakage.findings[${String(i)}]`),
        })),
        ...evaluation.warnings.map((warning, i) => ({
          cells: ['warning', 'evaluation', 'warning', 'reported', warning],
          record: record('evaluation.json', `warnings[${String(i)}]`),
        })),
      ],
    },
  }
}

/** What drives the scores. */
export function driverSection({ evaluation, record }: VersionFacts): DocumentSection {
  const { explanations } = evaluation
  return {
    title: 'Drivers',
    note: `Mean absolute Shapley values (${explanations.scale}) over ${explanations.rows.toLocaleString('en')} rows. A driver is not a cause.`,
    table: {
      columns: ['Column', 'Share of contributions'],
      rows: explanations.global.map(({ feature, share }, i) => ({
        cells: [feature, share],
        record: record('evaluation.json', `explanations.global[${String(i)}]`),
      })),
    },
  }
}
