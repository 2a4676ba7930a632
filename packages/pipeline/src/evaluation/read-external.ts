import { ClaimsError, type Blueprint } from '@claims/contracts'
import { dataSource, type DataSource } from '@claims/ingestion'
import { prepareTrainingData, readChecked, type TrainingData } from '../data/read-training-data.ts'

/**
 * Reads labelled data that nothing will be fitted or chosen on. Done before any fitting, so that a bad file costs no
 * training.
 *
 * @param source rows, or the path of a file
 * @param input blueprint of the training, hash of its data, and the moment that date rules count from
 * @returns the file's accepted rows
 * @throws ClaimsError reading and label errors; `invalid_parameter` when it is the file that is trained on
 */
export async function readExternal(
  source: string | DataSource,
  input: {
    readonly blueprint: Blueprint
    readonly trainedOn: string
    readonly now: Date
    readonly asOf?: Date | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<TrainingData> {
  const { blueprint, trainedOn, now, asOf, signal } = input
  const data = prepareTrainingData(
    await readChecked(source, { blueprint }, { now, asOf, purpose: 'training', signal }),
  )
  if (data.lineage.sha256 === trainedOn) {
    throw new ClaimsError(
      'invalid_parameter',
      `The test data ${dataSource(source).name} is the data that is trained on`,
      {
        problems: [
          {
            field: 'test',
            problem: 'is the training data',
            allowed: 'labelled rows that training does not see',
          },
        ],
      },
    )
  }
  return data
}
