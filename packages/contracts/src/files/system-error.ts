/** Name of a system's error, such as `ENOENT`; the error as text where it has none. */
export function systemCode(error: unknown): string {
  // Errors of another realm, such as a test runner's, are no instances of this realm's Error.
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)
}

/** Whether a thrown value is a system error with one of these codes, such as `ENOENT`. */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(systemCode(thrown))
}
