import { connectionFailure } from '../http/failures.ts'
import { readText } from '../http/read-text.ts'
import type { StreamResponse } from '../http/transport.ts'

/** An answer that says nothing is not longer. */
const most = 2 ** 20

/**
 * Reads an answer that says nothing to its end, so that its connection can be used again.
 *
 * @param answer with its body unread
 * @param endpoint for the error
 * @param signal of the call
 * @throws MlflowError `connection_failed`, `timed_out`, `aborted`, `response_too_large`
 */
export async function readToEnd(
  { body }: StreamResponse,
  endpoint: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await readText(body, most, endpoint)
  } catch (cause) {
    throw connectionFailure(cause, endpoint, signal)
  }
}
