import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { referenceProfileSchema, type NumberSketch, type ReferenceProfile } from '@claims/contracts'
import { mergeNumbers } from '@claims/frame'
import { train } from '../src/index.ts'
import { temporaryFolder, writeNoise, type Folder } from './small-data.ts'

let folder: Folder
let profile: ReferenceProfile

beforeAll(async () => {
  folder = await temporaryFolder()
  const data = await writeNoise(folder.at('noise.csv'), { rows: 900, seed: 4 })
  await train({
    ...{ data, by: { hints: { label: 'label' } }, out: folder.at('bundle') },
    ...{ models: ['logistic_regression'], folds: 3, seed: 1, threads: 1 },
  })
  const file = referenceProfileSchema.parse(
    JSON.parse(await readFile(folder.at('bundle/reference-profile.json'), 'utf8')),
  )
  if (file.format_version !== 2) throw new TypeError('An old format was written')
  profile = file
})
afterAll(() => folder.remove())

/** Area under the curve of a number against the label, from the cells alone. */
function aucOf({ rows, joint }: NumberSketch): number {
  let below = 0
  let area = 0
  let [positives, negatives] = [0, 0]
  for (let i = 0; i < rows.length - 1; i++) {
    const ones = joint?.positives[i] ?? 0
    const zeros = (rows[i] ?? 0) - ones
    area += ones * (below + zeros / 2)
    below += zeros
    positives += ones
    negatives += zeros
  }
  return area / (positives * negatives)
}

describe('the reference profile of a training', () => {
  test('describes features as the model saw them: target rates of noise do not know the label', () => {
    const [name = ''] = Object.keys(profile.features).filter((each) => each.startsWith('garage_target'))
    const sketch = profile.features[name]
    if (sketch === undefined) throw new TypeError('The encoded feature is absent')
    // Made with the row's own label, levels of 3 rows each have an area of 0.67.
    expect(aucOf(sketch)).toBeLessThan(0.6)
    expect(aucOf(sketch)).toBeGreaterThan(0.4)
    expect(profile.features_are).toBe('out_of_fold')
  })

  test('counts the label and the score with every part', () => {
    expect(profile.rows).toBe(720)
    const sums = (values: readonly number[] = []): number => values.reduce((sum, value) => sum + value, 0)
    for (const sketch of [
      ...Object.values(profile.features),
      ...Object.values(profile.columns),
      profile.score,
    ]) {
      if (sketch.kind === 'text') continue
      expect(sums(sketch.rows)).toBe(720)
      expect(sums(sketch.joint?.positives)).toBe(profile.positives)
      expect(sums(sketch.joint?.scored)).toBe(720)
      expect(sums(sketch.joint?.score_millionths)).toBe(sums(profile.score.joint?.score_millionths))
    }
    // Scores are calibrated: their mean is the share of positives.
    expect(sums(profile.score.joint?.score_millionths) / 720e6).toBeCloseTo((profile.positives ?? 0) / 720, 1)
  })

  test('is read from its file as it was made, ready to merge', () => {
    const doubled = mergeNumbers(profile.score, profile.score)
    expect(doubled.rows).toEqual(profile.score.rows.map((rows) => 2 * rows))
    expect(doubled.edges).toEqual(profile.score.edges)
  })
})
