import { z } from 'zod'

/** Name of a column in a step's parameters. */
export const columnName: z.ZodString = z.string().min(1)
