import type { Candidate, Column, StepSpecification } from '@claims/contracts'

/**
 * Steps that turn the columns of an inferred blueprint into features: parts of dates (no year: a year that was not
 * seen says nothing), days from each date to the event, words of texts, rare levels joined, the label's rate for
 * categories with many levels, one column per level for the others. An output that is named here gets a name that no
 * column has; steps that name their outputs themselves choose free ones when they are fitted.
 *
 * @param columns of the blueprint
 * @param options.manyLevels names of the categorical columns with many levels
 */
export function defaultSteps(
  columns: readonly Column[],
  options: { readonly manyLevels: readonly string[] },
): StepSpecification[] {
  const names = (role: Column['role']): string[] =>
    columns.filter((column) => column.role === role).map((column) => column.name)
  const categories = columns
    .filter(({ role, type }) => role === 'categorical' && type === 'category')
    .map(({ name }) => name)
  const encoded = categories.filter((name) => options.manyLevels.includes(name))
  const dates = names('date')
  const [event] = names('event_time')
  const free = freeNames(columns.map(({ name }) => name))
  const steps: StepSpecification[] = []
  const add = (kind: string, parameters: Record<string, unknown>): void => {
    steps.push({ kind, parameters })
  }
  if (event !== undefined)
    for (const date of dates)
      add('days_between', { from: date, to: event, output: free(`${date}_to_${event}_days`) })
  if (dates.length > 0) add('date_parts', { columns: dates, parts: ['month', 'day_of_week', 'day'] })
  for (const column of names('text')) {
    add('text_length', { column, output: free(`${column}_words`) })
    add('tf_idf', { column, maximum_features: 50, minimum_document_count: 10 })
  }
  if (categories.length > 0) add('rare_levels', { columns: categories, minimum_share: 0.005 })
  if (encoded.length > 0) add('target_encode', { columns: encoded, smoothing: 20 })
  if (categories.length > encoded.length)
    add('one_hot', { columns: categories.filter((name) => !encoded.includes(name)) })
  return steps
}

/**
 * Gives the wanted name, or the first of `wanted_2`, `wanted_3` and so on that no column has. The names wanted here differ
 * and end in a word, so that no two outputs meet.
 */
function freeNames(columns: readonly string[]): (wanted: string) => string {
  const taken = new Set(columns)
  return (wanted) => {
    let name = wanted
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${String(i)}`
    return name
  }
}

/** Rounds are fixed: early stopping would take rows from training, which costs more than it gains where positives are rare. */
const boosted = { rounds: 300, eta: 0.06, min_child_weight: 2, early_stopping_rounds: null }

/** Rows and columns of a tree: what is left out of one guards against too few rows. */
const sampled = { subsample: 0.8, colsample_bytree: 0.7 }

/** Rows above which sixty-five larger steps come nearly as far as three hundred small ones. */
const manyRows = 200_000

/** Trees of many rows. */
const large = { rounds: 65, eta: 0.2, max_depth: 6 }

/** Levels of a category above which it is encoded by the label's rate and not by one column per level. */
const mostLevels = { few: 25, many: 10 }

/**
 * Levels of a category above which it is encoded by the label's rate and not by one column per level. A level of many
 * rows has a rate that is known well, and the time of trees is that of their columns.
 *
 * @param rows of the file
 */
export function manyLevels(rows: number): number {
  return rows > manyRows ? mostLevels.many : mostLevels.few
}

/**
 * What a blueprint's description says where the number of rows chose how its models learn; empty where it did not.
 *
 * @param rows of the file
 */
export function chosenByRows(rows: number): string {
  if (rows <= manyRows) return ''
  return ` Above ${manyRows.toLocaleString('en')} rows trees learn in ${String(large.rounds)} large steps in place of ${String(boosted.rounds)} small ones, which takes less time for a slightly lower AUC.`
}

/**
 * The models that an inferred blueprint considers, simplest first. With many rows trees learn in fewer, larger steps
 * from all rows and columns, and shallow trees, which guard against too few rows, are left out; docs/decisions.md has the
 * measurements.
 *
 * @param rows of the file
 */
export function defaultCandidates(rows: number): Candidate[] {
  const linear: Candidate = {
    name: 'logistic_regression',
    kind: 'logistic_regression',
    parameters: {},
    search_space: {},
  }
  const trees = (name: string, parameters: Candidate['parameters']): Candidate => ({
    name,
    kind: 'xgboost',
    parameters: { ...boosted, ...parameters },
    search_space: {},
  })
  return rows > manyRows
    ? [linear, trees('xgboost', large)]
    : [
        linear,
        trees('xgboost_shallow', { ...sampled, max_depth: 3 }),
        trees('xgboost', { ...sampled, max_depth: 6 }),
      ]
}
