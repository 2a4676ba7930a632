import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cutBatches } from '../src/run/cut-batches.ts'

const pair = fc.record({
  key: fc.string({ minLength: 1, maxLength: 250, unit: 'binary' }),
  value: fc.string({ maxLength: 6000, unit: 'binary' }),
})
const point = fc.record({
  key: fc.string({ minLength: 1, maxLength: 250, unit: 'binary' }),
  value: fc.double(),
  timestamp: fc.integer(),
  step: fc.integer(),
})

describe('cutBatches', () => {
  test('keeps everything in order, within the limits of the server', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 1500, size: 'max' }),
        fc.array(pair, { maxLength: 250, size: 'max' }),
        fc.array(pair, { maxLength: 250, size: 'max' }),
        (metrics, params, tags) => {
          const batches = cutBatches({ metrics, params, tags })
          expect(batches.flatMap((batch) => batch.metrics)).toEqual(metrics)
          expect(batches.flatMap((batch) => batch.params)).toEqual(params)
          expect(batches.flatMap((batch) => batch.tags)).toEqual(tags)
          for (const batch of batches) {
            const items = batch.metrics.length + batch.params.length + batch.tags.length
            expect(items).toBeGreaterThan(0)
            expect(items).toBeLessThanOrEqual(1000)
            expect(batch.params.length).toBeLessThanOrEqual(100)
            expect(batch.tags.length).toBeLessThanOrEqual(100)
            expect(Buffer.byteLength(JSON.stringify({ run_id: 'r'.repeat(32), ...batch }))).toBeLessThan(
              1_000_000,
            )
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  test('makes three calls of 2,500 points, and none of nothing', () => {
    const metrics = Array.from({ length: 2500 }, (_, step) => ({ key: 'loss', value: 1, timestamp: 1, step }))
    expect(cutBatches({ metrics }).map((batch) => batch.metrics.length)).toEqual([1000, 1000, 500])
    expect(cutBatches({})).toEqual([])
  })
})
