import type { webhookSchemas } from './webhook-schemas.ts'

type Schemas = typeof webhookSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./webhook-schemas.ts')).webhookSchemas[name]

/** The endpoints of webhooks. */
export const webhookEndpoints = {
  /** Makes a webhook; SQL stores only. */
  create: {
    name: 'webhooks.create',
    method: 'POST',
    path: '/api/2.0/mlflow/webhooks',
    since: '3.3',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** One page of webhooks. */
  listPage: {
    name: 'webhooks.listPage',
    method: 'GET',
    path: '/api/2.0/mlflow/webhooks',
    since: '3.3',
    repeatable: true,
    schemas: schemas('listPage'),
  },
  /** A webhook, without its secret. */
  get: {
    name: 'webhooks.get',
    method: 'GET',
    path: '/api/2.0/mlflow/webhooks/{webhook_id}',
    since: '3.3',
    repeatable: true,
    schemas: schemas('get'),
  },
  /** Changes a webhook. */
  update: {
    name: 'webhooks.update',
    method: 'PATCH',
    path: '/api/2.0/mlflow/webhooks/{webhook_id}',
    since: '3.3',
    repeatable: true,
    schemas: schemas('update'),
  },
  /** Deletes a webhook. */
  delete: {
    name: 'webhooks.delete',
    method: 'DELETE',
    path: '/api/2.0/mlflow/webhooks/{webhook_id}',
    since: '3.3',
    repeatable: false,
    schemas: schemas('delete'),
  },
  /** Sends an example event to the address of a webhook. */
  test: {
    name: 'webhooks.test',
    method: 'POST',
    path: '/api/2.0/mlflow/webhooks/{webhook_id}/test',
    since: '3.3',
    repeatable: false,
    schemas: schemas('test'),
  },
} as const
