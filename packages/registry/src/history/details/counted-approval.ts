import { z } from 'zod'

/** An approval that counted. */
export interface CountedApproval {
  /** Line of the history, from 1. */
  readonly position: number
  readonly approver: string
}

/** Schema of an approval that counted. */
export const countedApprovalSchema: z.ZodType<CountedApproval> = z.object({
  position: z.int(),
  approver: z.string(),
})
