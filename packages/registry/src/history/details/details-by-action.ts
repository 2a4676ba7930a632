import type { z } from 'zod'
import type { HistoryAction } from '../history-actions.ts'
import { descriptionDetailsSchema, type DescriptionDetails } from './description-details.ts'
import { registrationDetailsSchema, type RegistrationDetails } from './registration-details.ts'
import { tagDetailsSchema, type TagDetails } from './tag-details.ts'

/** What `details` holds, by the action that has any. */
export interface DetailsByAction {
  readonly register: RegistrationDetails
  readonly tag: TagDetails
  readonly describe: DescriptionDetails
}

/** The details of any action. */
export type HistoryDetails = DetailsByAction[keyof DetailsByAction]

/** Schema of `details` by action; `details` of an action without one is left out when a line is read. */
export const detailsSchemas: Readonly<Partial<Record<HistoryAction, z.ZodType<HistoryDetails | undefined>>>> =
  {
    register: registrationDetailsSchema,
    tag: tagDetailsSchema,
    describe: descriptionDetailsSchema,
  } satisfies { readonly [A in keyof DetailsByAction]: z.ZodType<DetailsByAction[A] | undefined> }
