import type { Transport } from './transport.ts'
import { transportSettings, type TransportOptions } from './transport-settings.ts'

/**
 * A transport whose code is loaded at the first call: importing this package takes less time than that code does.
 *
 * @param options address, credentials, limits
 * @throws MlflowError `invalid_argument` for an address or an option that is not valid
 */
export function openTransport(options: TransportOptions): Transport {
  const settings = transportSettings(options)
  let loading: Promise<Transport> | undefined
  const load = async (): Promise<Transport> =>
    (await import('./create-transport.ts')).createTransport(settings)
  const transport = (): Promise<Transport> => (loading ??= load())
  return {
    trackingUri: settings.base,
    call: async (endpoint, request, call) => (await transport()).call(endpoint, request, call),
    check: async (endpoint, request) => (await transport()).check(endpoint, request),
    prepare: async (endpoint, request) => (await transport()).prepare(endpoint, request),
    text: async (path, call) => (await transport()).text(path, call),
    stream: async (request) => (await transport()).stream(request),
  }
}
