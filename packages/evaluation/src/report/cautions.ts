import type { Evaluation, ValidationReport } from '@claims/contracts'
import { knownRowsText } from '../decisions/promotability.ts'
import { savingText } from '../decisions/saving-text.ts'
import { measuredClaims } from './measured-claims.ts'
import { disagreement } from '../selection/disagreement.ts'
import { metricTable } from '../metrics/metric-table.ts'
import { count, decimal, withInterval } from './format.ts'

/** Something a reader must know before trusting the model. */
export interface Caution {
  readonly weight: 'serious' | 'warning' | 'note'
  readonly text: string
}

/** Drops of the AUC below this are not worth a word. */
const noticeableDrop = 0.02

/**
 * What to be careful about, from stored facts alone. Serious are the reasons against promotion and nothing else, so that
 * a model is never called ready beside one; then known rows within chance, leaks, a drop in later data, few positives,
 * rejected rows, and the further warnings of training.
 *
 * @param evaluation its `warnings` are added where their text is not said already
 * @param validation of the measured data
 */
export function cautionsOf(evaluation: Evaluation, validation: ValidationReport): Caution[] {
  const found: Caution[] = [
    ...evaluation.selection.reasons.map((text) => ({ weight: 'serious' as const, text })),
    ...testAndFolds(evaluation),
    ...knownRows(evaluation),
    ...leakage(evaluation),
    ...stability(evaluation),
    ...saving(evaluation),
    ...data(evaluation, validation),
  ]
  const said = new Set<string>()
  return [...found, ...evaluation.warnings.map((text) => ({ weight: 'warning' as const, text }))]
    .filter(({ text }) => !said.has(text) && said.add(text))
    .sort((a, b) => order[a.weight] - order[b.weight])
}

const order = { serious: 0, warning: 1, note: 2 } as const

/** That cross-validation and test differ beyond noise: one of the two is wrong about new claims. */
function testAndFolds(evaluation: Evaluation): Caution[] {
  const found = disagreement(evaluation)
  if (found === null) return []
  const { metric, crossValidated, test } = found
  const { title: name } = metricTable[metric]
  return [
    {
      weight: 'warning',
      text: `Cross-validation and test differ beyond chance: ${name} ${withInterval(crossValidated)} over the folds, ${withInterval(test)} on the test claims. The test claims are not like the rest; find out why before trusting either.`,
    },
  ]
}

function knownRows({ measured_on: measured }: Evaluation): Caution[] {
  if (measured.kind === 'held_out') return []
  const { known_rows: rows, training_file: trainingFile } = measured
  if (rows === null) {
    return trainingFile
      ? []
      : [
          {
            weight: 'warning',
            text: 'The bundle does not say which rows it was fitted on, so whether these rows are new to the model cannot be told.',
          },
        ]
  }
  if (rows.known === 0 || rows.beyond_chance) return []
  const { chance } = rows
  return [
    {
      weight: 'note',
      text: `${knownRowsText(rows)} or equal such a row in every feature by chance: of ${count(chance.rows)} rows that were held out of the training ${count(chance.known)} do.`,
    },
  ]
}

function leakage({ leakage: { findings } }: Evaluation): Caution[] {
  return findings.map(({ action, message }) => ({
    weight: action === 'excluded' ? ('note' as const) : ('warning' as const),
    text: message,
  }))
}

function stability(evaluation: Evaluation): Caution[] {
  const { test, out_of_time: later, out_of_time_reason: reason } = evaluation
  if (later === null) {
    return reason === null || evaluation.measured_on.kind === 'file'
      ? []
      : [{ weight: 'note', text: `There is no out-of-time score: ${reason}` }]
  }
  const before = test.metrics.roc_auc
  const after = later.metrics.roc_auc
  if (before.value - after.value < noticeableDrop || after.lower <= 0.5) return []
  const sure = after.upper < before.lower
  return [
    {
      weight: 'warning',
      text: `On later claims${later.cutoff == null ? '' : ` (from ${later.cutoff})`} the AUC is ${decimal(after.value)} (${decimal(after.lower)} to ${decimal(after.upper)}), down from ${decimal(before.value)}${sure ? '. Expect the later value in use.' : '; the intervals overlap, so this may be chance.'}`,
    },
  ]
}

function saving({ cost, measured_on: measured }: Evaluation): Caution[] {
  if (cost?.intervals == null || cost.saved <= 0 || cost.intervals.saved.lower > 0) return []
  return [
    {
      weight: 'warning',
      text: `Whether the model saves is not sure: the interval of the saving on the ${measuredClaims(measured)}, ${savingText(cost)}, holds 0.`,
    },
  ]
}

function data({ test, measured_on: measured }: Evaluation, validation: ValidationReport): Caution[] {
  const fewest = Math.min(test.positives, test.rows - test.positives)
  return [
    ...(fewest < 100
      ? [
          {
            weight: 'note' as const,
            text: `${measured.kind === 'held_out' ? 'The test set has' : `${measured.source} has`} only ${count(fewest)} ${fewest === 1 ? 'claim' : 'claims'} of its smaller class, so every figure has a wide interval${fewest < 30 ? '; those that are drawn by resampling (F1, balanced accuracy, MCC, kappa, KS, average precision, log loss, Brier, calibration) may be too narrow with so few' : ''}.`,
          },
        ]
      : []),
    ...(validation.rejected_rows > 0
      ? [
          {
            weight: 'note' as const,
            text: `${count(validation.rejected_rows)} of ${count(validation.rows)} rows broke a rule and were left out.`,
          },
        ]
      : []),
  ]
}
