import { createRandom, type Random } from '@claims/frame'
import { expect, test } from '@jest/globals'
import { evaluateProbabilities } from '../src/index.ts'

const share = 0.2
const testShare = 0.2
const threshold = 0.3
const names = ['f1', 'precision', 'log_loss', 'brier', 'accuracy'] as const

/** Test rows of a file of so many rows, split so that the share of positives is that of the file. */
function stratifiedTest(random: Random, fileRows: number): { target: Uint8Array; probability: Float64Array } {
  const positives = Array.from({ length: fileRows }, () => random.next() < share).filter(Boolean).length
  const rows = Math.round(fileRows * testShare)
  const target = Uint8Array.from({ length: rows }, (_, row) => (row < positives * testShare ? 1 : 0))
  const probability = Float64Array.from(target, (label) => {
    const logit = 1.5 * random.normal() + (label === 1 ? 0.4 : -1.9)
    return 1 / (1 + Math.exp(-logit))
  })
  return { target, probability }
}

test('intervals of rows whose split kept the share of positives hold the truth in about 95 of 100 files', () => {
  const truth = evaluateProbabilities({
    ...stratifiedTest(createRandom(1), 1_000_000),
    threshold,
    seed: 1,
    resamples: 2,
  })
  const files = 200
  const held = { kept: new Map<string, number>(), fixed: new Map<string, number>() }
  for (let seed = 0; seed < files; seed++) {
    const rows = stratifiedTest(createRandom(seed + 100), 2000)
    for (const [kind, shareKeptOf] of [
      ['kept', 2000],
      ['fixed', undefined],
    ] as const) {
      const { metrics } = evaluateProbabilities({ ...rows, threshold, seed, resamples: 200, shareKeptOf })
      for (const name of names) {
        const { value } = truth.metrics[name]
        const holds = metrics[name].lower <= value && value <= metrics[name].upper
        held[kind].set(name, (held[kind].get(name) ?? 0) + (holds ? 1 : 0))
      }
    }
  }
  for (const name of names) {
    const of = held.kept.get(name)! / files
    expect({ name, held: of, fair: of >= 0.9 && of <= 0.99 }).toEqual({ name, held: of, fair: true })
  }
  expect(held.fixed.get('f1')! / files).toBeLessThan(held.kept.get('f1')! / files)
  expect(held.fixed.get('precision')! / files).toBeGreaterThan(held.kept.get('precision')! / files)
})
