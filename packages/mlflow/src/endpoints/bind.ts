import type { CallOptions, Endpoint, Transport } from '../http/transport.ts'

/** A table of endpoints as methods. */
export type Bound<TTable> = {
  readonly [TName in keyof TTable]: TTable[TName] extends Endpoint<infer TRequest, infer TResponse>
    ? (request: TRequest, options?: CallOptions) => Promise<TResponse>
    : never
}

/** What an endpoint takes. */
export type RequestOf<TEndpoint> = TEndpoint extends Endpoint<infer TRequest, unknown> ? TRequest : never
/** What an endpoint answers. */
export type ResponseOf<TEndpoint> =
  TEndpoint extends Endpoint<infer _TRequest, infer TResponse> ? TResponse : never

/**
 * Makes a method of each endpoint.
 *
 * @param transport sends the calls
 * @param table endpoints by name
 */
export function bind<TTable extends Readonly<Record<string, Endpoint<unknown, unknown>>>>(
  transport: Transport,
  table: TTable,
): Bound<TTable> {
  const methods = Object.entries(table).map(([name, endpoint]) => [
    name,
    (request: unknown, options?: CallOptions) => transport.call(endpoint, request, options),
  ])
  return Object.fromEntries(methods) as Bound<TTable>
}
