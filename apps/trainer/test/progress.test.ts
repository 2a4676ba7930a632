import { expect, test } from '@jest/globals'
import type { ProgressEvent } from '@claims/contracts'
import { createProgress } from '../src/progress.ts'

/** What is written where each event comes so many seconds after the last. */
function written(events: readonly (readonly [after: number, event: ProgressEvent])[]): string[] {
  let now = 0
  const lines: string[] = []
  const listen = createProgress(
    { write: (text) => lines.push(text.trim()) },
    { quiet: false, clock: () => now },
  )
  for (const [after, event] of events) {
    now += after * 1000
    listen(event)
  }
  return lines
}
const progress = (done: number, total: number, unit = 'folds'): ProgressEvent => ({
  ...{ kind: 'progress', stage: 'cross_validation', done, total, unit },
})
const started: ProgressEvent = { kind: 'stage_started', stage: 'cross_validation' }

test('the pace is that of what is counted now, in seconds each where it is slow', () => {
  const lines = written([
    [0, started],
    [4, progress(2, 10, 'folds of a sample')],
    [4, progress(4, 10, 'folds of a sample')],
    [40, progress(1, 5)],
    [40, progress(2, 5)],
    [40, progress(3, 5)],
    [0, started],
    [5, progress(10, 20)],
  ])
  expect(lines).toEqual([
    'cross-validate: 2 of 10 folds of a sample, 0.5 folds of a sample/s, 16 s left',
    'cross-validate: 4 of 10 folds of a sample, 0.5 folds of a sample/s, 12 s left',
    'cross-validate: 1 of 5 folds',
    'cross-validate: 2 of 5 folds, 20 s each, 60 s left',
    'cross-validate: 3 of 5 folds, 27 s each, 53 s left',
    'cross-validate: 10 of 20 folds, 2 folds/s, 5 s left',
  ])
})

test('lines that follow each other in less than three seconds are left out', () => {
  expect(
    written([
      [0, started],
      [3, progress(1, 3)],
      [2, progress(2, 3)],
      [1, progress(3, 3)],
    ]),
  ).toHaveLength(2)
})
