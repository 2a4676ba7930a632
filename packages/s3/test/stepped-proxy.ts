import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that holds the request of a chosen number until it is told to go on. */
export interface SteppedProxy {
  readonly address: string
  /** Method and path of each request since `begin`. */
  readonly requests: readonly string[]
  /**
   * Begins to count anew.
   *
   * @param stop the first request to hold, by its number from 0 or by its line; Infinity for none
   * @param what whether the server does not see it yet, or its answer is held
   */
  begin(stop: number | ((line: string) => boolean), what?: 'request' | 'answer'): void
  /** Resolves when it is held. */
  reached(): Promise<void>
  goOn(): void
  stop(): Promise<void>
}

/** Starts a proxy on loopback. @param target address of the server */
export async function startSteppedProxy(target: string): Promise<SteppedProxy> {
  let requests: string[] = []
  let isNext: (line: string, number: number) => boolean = () => false
  let holds: 'request' | 'answer' = 'request'
  let [held, gate] = [switchOf(), switchOf()]
  const server = createServer((received, answer) => {
    const { method, headers, url = '' } = received
    const line = `${method ?? ''} ${url}`
    const isHeld = isNext(line, requests.push(line) - 1)
    if (isHeld) isNext = () => false
    const what = holds
    const hold = async (): Promise<void> => {
      held.turn()
      await gate.turned
    }
    const pass = async (): Promise<void> => {
      if (isHeld && what === 'request') await hold()
      const passed = send(new URL(url, target), { method, headers }, (response) => {
        const give = (): void => {
          answer.writeHead(response.statusCode ?? 0, response.headers)
          response.pipe(answer)
        }
        if (isHeld && what === 'answer') void hold().then(give)
        else give()
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
    begin(stop, what = 'request') {
      requests = []
      holds = what
      isNext = typeof stop === 'number' ? (_line, number) => number === stop : stop
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
