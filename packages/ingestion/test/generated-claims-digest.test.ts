import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { claimDrifts, generateClaims, type GenerateClaimsOptions } from '../src/index.ts'

/** What all cells, labels and probabilities hash to; probabilities to nine digits, which every machine agrees on. */
function digest(options: Partial<GenerateClaimsOptions>): string {
  const { frame, label, probability } = generateClaims({ rows: 2000, seed: 42, ...options })
  const hash = createHash('sha256')
  for (const row of frame.toRows()) hash.update(JSON.stringify(Object.values(row)))
  hash.update(label)
  for (const value of probability) hash.update(value.toPrecision(9))
  return hash.digest('hex').slice(0, 16)
}

// Figures of the demo, the docs and the references are about these very claims.
test('the claims of a seed are the same in every version', () => {
  const digests = {
    none: digest({}),
    ...Object.fromEntries(claimDrifts.map((drift) => [drift, digest({ drift })])),
  }
  expect(digests).toEqual({
    none: 'b07bfb89f6cbc298',
    amount_inflation: '483b3ab3fc32e529',
    new_region: 'b223c7ae9b7fbc2d',
    fraud_ring: '04b81a64ca0f5989',
  })
})
