import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { webhookEndpoints } from './endpoints/webhook-endpoints.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof webhookEndpoints
/** A webhook. */
export type Webhook = ResponseOf<Endpoints['get']>

/** The calls on webhooks; MLflow 3.3 and later, SQL stores. */
export interface Webhooks extends Bound<Endpoints> {
  /** Every webhook. @throws MlflowError as any call */
  list(
    request?: Omit<RequestOf<Endpoints['listPage']>, 'pageToken'> & Limit,
    options?: CallOptions,
  ): AsyncGenerator<Webhook, void, undefined>
}

/** @param transport sends the calls */
export function createWebhooks(transport: Transport): Webhooks {
  const bound = bind(transport, webhookEndpoints)
  return {
    ...bound,
    list: ({ limit, ...request } = {}, options) =>
      paginate(
        (pageToken) => bound.listPage({ ...request, ...(pageToken !== undefined && { pageToken }) }, options),
        { limit },
      ),
  }
}
