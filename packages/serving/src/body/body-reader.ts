import type { Request } from 'express'
import { requireJson } from '../http/require-json.ts'
import type { ApiResponse } from '../http/request-context.ts'
import { parseBody } from './parse-body.ts'
import { readBody, type BodyBudget, type BodyLimits, type ReadBody } from './read-body.ts'

/** A body that counts as held until it is released. */
export interface HeldBody {
  readonly body: ReadBody
  /** Takes its bytes off the budget; once. */
  release(): void
}

/** Reads the bodies of all protocols within one budget. */
export interface BodyReader {
  /**
   * Reads a JSON body.
   *
   * @throws ClaimsError `unsupported_media_type`, `invalid_json` and the refusals of `readBody`
   */
  read(request: Request, response: ApiResponse): Promise<HeldBody>
  /**
   * Reads a JSON body and parses it on this thread.
   *
   * @throws ClaimsError as `read`
   */
  readValue(request: Request, response: ApiResponse): Promise<unknown>
}

/** @param limits of one body, and of all that are held */
export function createBodyReader(limits: BodyLimits): BodyReader {
  const budget: BodyBudget = { held: 0 }
  const read: BodyReader['read'] = async (request, response) => {
    requireJson(request)
    const body = await readBody(request, {
      ...{ limits, budget },
      // A caller who waits for it before sending is asked for the body only now.
      onWanted: () => {
        if (request.headers.expect !== undefined) response.writeContinue()
      },
    })
    // The bytes may move to another thread, which leaves none here.
    let held = body.bytes.length
    return {
      body,
      release: () => {
        budget.held -= held
        held = 0
      },
    }
  }
  return {
    read,
    readValue: async (request, response) => {
      const held = await read(request, response)
      try {
        return parseBody(held.body)
      } finally {
        held.release()
      }
    },
  }
}
