import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/**
 * `multiply * numerator / max(denominator, denominator_floor)`. Missing when either is, and where the quotient
 * is not finite: a denominator of 0 without a floor.
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
      const quotient = (multiply * numerator![i]!) / divisor
      result[i] = Number.isFinite(quotient) ? quotient : NaN
    }
  },
})
