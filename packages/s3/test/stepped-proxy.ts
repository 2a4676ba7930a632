import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that holds the request of a chosen number until it is told to go on. */
export interface SteppedProxy {
  readonly address: string
  /** Method and path of each request since `begin`. */
  readonly requests: readonly string[]
  /** Begins to count anew. @param stop the request to hold, from 0; Infinity for none */
  begin(stop: number): void
  /** Resolves when the request is held. */
  reached(): Promise<void>
  goOn(): void
  stop(): Promise<void>
}

/** Starts a proxy on loopback. @param target address of the server */
export async function startSteppedProxy(target: string): Promise<SteppedProxy> {
  let requests: string[] = []
  let stopAt = Infinity
  let [held, gate] = [switchOf(), switchOf()]
  const server = createServer((received, answer) => {
    const { method, headers, url = '' } = received
    const number = requests.push(`${method ?? ''} ${url}`) - 1
    const pass = async (): Promise<void> => {
      if (number === stopAt) {
        held.turn()
        await gate.turned
      }
      const passed = send(new URL(url, target), { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 0, response.headers)
        response.pipe(answer)
      })
      passed.on('error', () => received.destroy())
      received.pipe(passed)
    }
    void pass()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get requests() {
      return requests
    },
    begin(stop) {
      requests = []
      stopAt = stop
      held = switchOf()
      gate = switchOf()
    },
    reached: () => held.turned,
    goOn() {
      gate.turn()
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Something that is waited for until it is turned on. */
function switchOf(): { readonly turned: Promise<void>; turn(): void } {
  let turn = (): void => undefined
  const turned = new Promise<void>((resolve) => (turn = resolve))
  return { turned, turn: () => turn() }
}
