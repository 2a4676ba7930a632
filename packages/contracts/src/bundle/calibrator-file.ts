import { z } from 'zod'

/** The content of `model/calibrator.json`, which has no format version: a new map is a new kind. */
export const calibratorFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('sigmoid'), slope: z.number().nonnegative(), intercept: z.number() }),
  z
    .strictObject({
      kind: z.literal('isotonic'),
      x: z.array(z.number().min(0).max(1)).min(1),
      y: z.array(z.number().min(0).max(1)).min(1),
    })
    .refine(({ x, y }) => x.length === y.length, { message: 'x and y must have the same length' })
    .refine(({ x }) => x.every((value, i) => i === 0 || value > (x[i - 1] ?? NaN)), {
      message: 'x must ascend',
    })
    .refine(({ y }) => y.every((value, i) => i === 0 || value >= (y[i - 1] ?? NaN)), {
      message: 'y must not descend',
    }),
])
/** The content of `model/calibrator.json`. */
export type CalibratorFile = z.infer<typeof calibratorFileSchema>
