import { z } from 'zod'
import { name, nothing, page, paged, whole } from './wire-types.ts'

const event = z.object({ entity: z.string(), action: z.string() })
const givenEvent = z.strictObject({ entity: name, action: name })
const status = z.enum(['ACTIVE', 'DISABLED'])
export const webhook = z.object({
  webhookId: z.string(),
  name: z.string(),
  description: z.string().optional(),
  url: z.string(),
  events: z.array(event).default([]),
  status: z.string().optional(),
  creationTimestamp: whole.optional(),
  lastUpdatedTimestamp: whole.optional(),
})
const one = z.object({ webhook }).transform((answer) => answer.webhook)
const byId = z.strictObject({ webhookId: name })
const settings = {
  description: z.string().optional(),
  secret: z.string().optional(),
  status: status.optional(),
}

export const webhookSchemas = {
  create: {
    request: z.strictObject({ name, url: name, events: z.array(givenEvent).min(1), ...settings }),
    response: one,
  },
  listPage: { request: z.strictObject(page), response: paged(z.array(webhook), 'webhooks') },
  get: { request: byId, response: one },
  update: {
    request: z.strictObject({
      webhookId: name,
      name: name.optional(),
      url: name.optional(),
      events: z.array(givenEvent).optional(),
      ...settings,
    }),
    response: one,
  },
  delete: { request: byId, response: nothing },
  test: {
    request: z.strictObject({ webhookId: name, event: givenEvent.optional() }),
    response: z
      .object({
        result: z.object({
          success: z.boolean().default(false),
          responseStatus: z.int().optional(),
          responseBody: z.string().optional(),
          errorMessage: z.string().optional(),
        }),
      })
      .transform(({ result }) => result),
  },
}
