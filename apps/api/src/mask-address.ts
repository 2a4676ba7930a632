/** Parameters that hold no secret, whatever their name sounds like. */
const open = new Set(['kmskeyid'])

/**
 * An address as people may see it: what stands before the last `@` of what may be a host, and parameters that may be
 * secrets, are masked, also where the address is none.
 *
 * @param address such as the variables `DATABASE_URL` and `ARTIFACTS_URI`
 * @example
 * maskAddress('postgres://ada:secret@db/claims?password=x') // 'postgres://***@db/claims?password=***'
 */
export function maskAddress(address: string): string {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(address)) return address
  return address
    .replace(/^([a-z][a-z0-9+.-]*:(?:\/\/)?).*@/i, '$1***@')
    .replace(/([?&]([^=&#]*)=)[^&#]*/g, (parameter, start: string, name: string) => {
      const secret = /pass|secret|token|key|credential|signature/i.test(name)
      const hasUser = /@|%40/i.test(parameter)
      return (secret && !open.has(name.toLowerCase())) || hasUser ? `${start}***` : parameter
    })
}
