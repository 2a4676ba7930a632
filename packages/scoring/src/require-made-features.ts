import { ClaimsError, type Column } from '@claims/contracts'
import { createRecordReader } from '@claims/ingestion'
import { transformFeatures, type FittedFeatures } from './fitted-features.ts'

/** Names that an error shows. */
const shownNames = 10

/**
 * Makes sure that the steps of a bundle make the features of its model from the columns that it reads, so that a step
 * that is gone or stands elsewhere is told when the bundle is loaded.
 *
 * @param features steps, and the features that they are to make
 * @param from columns of the blueprint; names of those that the steps are given; the file of the steps, for errors
 * @throws ClaimsError `damaged_bundle` naming the features that no step makes, or the step that lacks a column
 */
export function requireMadeFeatures(
  features: FittedFeatures,
  from: { readonly columns: readonly Column[]; readonly inputs: readonly string[]; readonly file: string },
): void {
  const { steps, names } = features
  const { columns, inputs, file } = from
  const left = new Set(inputs)
  for (const { drops, outputs } of steps.steps) {
    for (const name of drops) left.delete(name)
    for (const name of outputs.keys()) left.add(name)
  }
  const unmade = names.filter((name) => !left.has(name))
  if (unmade.length > 0) {
    const further = unmade.length > shownNames ? ` and ${String(unmade.length - shownNames)} more` : ''
    throw broken(
      file,
      `makes no column ${unmade.slice(0, shownNames).join(', ')}${further}, which the model reads`,
    )
  }
  const given = createRecordReader(columns.filter(({ name }) => inputs.includes(name)))([])
  try {
    transformFeatures(features, given.frame.select(inputs))
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    throw broken(file, `does not make what the model reads: ${error.message}`, error)
  }
}

function broken(file: string, problem: string, cause?: ClaimsError): ClaimsError {
  return new ClaimsError('damaged_bundle', `${file} ${problem}`, {
    problems: [{ field: file, problem, allowed: 'the file as training wrote it' }],
    cause,
  })
}
