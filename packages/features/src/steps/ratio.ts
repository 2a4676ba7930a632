import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/**
 * `multiply * numerator / max(denominator, denominator_floor)`. Missing when either is, and where the denominator is 0
 * without a floor. A quotient too large for a number is infinite, which rejects the row.
 */
export const ratio: StepDefinition = defineNumberFeature({
  kind: 'ratio',
  parameters: z.strictObject({
    numerator: columnName,
    denominator: columnName,
    output: columnName,
    multiply: z.number().default(1),
    denominator_floor: z.number().positive().optional(),
  }),
  reads: 'number',
  sources: ({ numerator, denominator }) => [numerator, denominator],
  compute({ multiply, denominator_floor: floor = -Infinity }, [numerator, denominator], result) {
    for (let i = 0; i < result.length; i++) {
      const below = denominator![i]!
      const divisor = below < floor ? floor : below
      result[i] = divisor === 0 ? NaN : (multiply * numerator![i]!) / divisor
    }
  },
})
