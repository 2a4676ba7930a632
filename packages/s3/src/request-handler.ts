import { NodeHttpHandler } from '@smithy/node-http-handler'
import { systemCode } from '@claims/contracts/files'

/**
 * Sends requests. Errors of another realm, such as a test runner's, are no instances of this realm's `Error`; the client
 * would hide their name and code, and not try again.
 */
export class RequestHandler extends NodeHttpHandler {
  override async handle(
    ...request: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    try {
      return await super.handle(...request)
    } catch (error) {
      if (error instanceof Error || typeof error !== 'object' || error === null) throw error
      const message = 'message' in error ? String(error.message) : systemCode(error)
      throw Object.assign(new Error(message, { cause: error }), {
        name: 'name' in error ? String(error.name) : 'Error',
        ...('code' in error && { code: systemCode(error) }),
      })
    }
  }
}
