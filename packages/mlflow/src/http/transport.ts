import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { z } from 'zod'

/** HTTP methods of MLflow's REST API. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One endpoint, as data. Schemas are loaded at the first call, because loading zod takes longer than everything else
 * in this package together.
 */
export interface Endpoint<TRequest, TResponse> {
  /** Group and verb, such as `runs.create`; unique. */
  readonly name: string
  readonly method: HttpMethod
  /** Path with parameters in braces, such as `/api/2.0/mlflow/logged-models/{model_id}`. */
  readonly path: string
  /** First server version that has it, such as `1.0` or `3.0`. */
  readonly since: string
  /**
   * Whether the same call can be sent twice with the effect of once. Only such calls are sent again when a connection
   * breaks or the server answers 5xx; the others only when they certainly never reached the server.
   */
  readonly repeatable: boolean
  /** Schemas of the request and the response, both camelCase. */
  readonly schemas: () => Promise<EndpointSchemas<TRequest, TResponse>>
}

/** What a call takes and answers. */
interface EndpointSchemas<TRequest, TResponse> {
  readonly request: z.ZodType<TRequest>
  readonly response: z.ZodType<TResponse>
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Time for each try, milliseconds; else the client's. For bytes: time without any progress. */
  readonly timeoutMilliseconds?: number
  /** Tries after the first one; else the client's. */
  readonly retries?: number
}

/** A request whose body or answer is bytes: the artifact proxy and presigned addresses. */
export interface StreamRequest extends CallOptions {
  /** Operation for errors, such as `artifacts.upload`. */
  readonly endpoint: string
  readonly method: HttpMethod
  /** Path on the tracking server, or a whole address (presigned: none of our credentials are sent there). */
  readonly target: { readonly path: string } | { readonly url: URL }
  readonly headers?: Readonly<Record<string, string>>
  /** The body; it is opened anew for each try. */
  readonly body?: { readonly length: number; readonly open: () => Readable | Uint8Array }
  /** Whether it may be sent again after a broken connection, a 429 or a 5xx. */
  readonly repeatable: boolean
}

/** An answer whose body is still unread; the caller reads it to its end or destroys it. */
export interface StreamResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

/** A JSON call with everything that it needs. */
export interface PreparedCall {
  readonly url: string
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly insecureTls: boolean
}

/**
 * Sends calls to one tracking server: authentication, time-outs, retries, redirects, the concurrency limit, logging and
 * errors are here and nowhere else.
 */
export interface Transport {
  /** The tracking server, without credentials and without a trailing slash. */
  readonly trackingUri: string
  /** Sends a JSON call: validates the request, converts names to snake_case and back, validates the response. */
  call<TRequest, TResponse>(
    endpoint: Endpoint<TRequest, TResponse>,
    request: TRequest,
    options?: CallOptions,
  ): Promise<TResponse>
  /** Validates a request without sending it. @throws MlflowError `invalid_argument` */
  check<TRequest, TResponse>(endpoint: Endpoint<TRequest, TResponse>, request: TRequest): Promise<void>
  /** A JSON call as it would be sent, for another process to send. It holds credentials. */
  prepare<TRequest, TResponse>(
    endpoint: Endpoint<TRequest, TResponse>,
    request: TRequest,
  ): Promise<PreparedCall>
  /** Asks for a text outside the REST API, such as `/version`; `undefined` where the server has no such page. */
  text(path: string, options?: CallOptions): Promise<string | undefined>
  /** Sends bytes or asks for them. Resolves once the status is known to be 2xx; others become an MlflowError. */
  stream(request: StreamRequest): Promise<StreamResponse>
}
