import { ClaimsError, type Blueprint } from '@claims/contracts'
import { prepareTrainingData, readChecked, type TrainingData } from './read-training-data.ts'

/**
 * Reads a labelled file that nothing will be fitted or chosen on. Done before any fitting, so that a bad file costs no
 * training.
 *
 * @param path the file
 * @param input blueprint of the training, hash of its data, and the moment that date rules count from
 * @returns the file's accepted rows
 * @throws ClaimsError reading and label errors; `invalid_parameter` when it is the file that is trained on
 */
export async function readExternal(
  path: string,
  input: {
    readonly blueprint: Blueprint
    readonly trainedOn: string
    readonly now: Date
    readonly signal?: AbortSignal | undefined
  },
): Promise<TrainingData> {
  const { blueprint, trainedOn, now, signal } = input
  const data = prepareTrainingData(
    await readChecked(
      path,
      { blueprint },
      { now, purpose: 'training', ...(signal === undefined ? {} : { signal }) },
    ),
  )
  if (data.lineage.sha256 === trainedOn) {
    throw new ClaimsError('invalid_parameter', `The test file ${path} is the file that is trained on`, {
      problems: [
        {
          field: 'test',
          problem: 'is the training data',
          allowed: 'labelled rows that training does not see',
        },
      ],
    })
  }
  return data
}
