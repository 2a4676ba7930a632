/** Size of a part of a large file, the least that the protocol allows; a file has at most 10,000 parts. */
export const partBytes: number = 5 << 20

/**
 * A few buffers that are used again and again, so that what is held does not depend on what is sent. Who asks for one
 * waits until one is free.
 */
export class PartBuffers {
  readonly #free: ArrayBuffer[] = []
  readonly #waiting: ((buffer: Uint8Array) => void)[] = []
  #left: number

  /** @param count how many there are at most */
  constructor(count: number) {
    this.#left = count
  }

  /** A buffer of `partBytes`, with anything in it. */
  take(): Promise<Uint8Array> {
    const free = this.#free.pop()
    if (free !== undefined) return Promise.resolve(new Uint8Array(free))
    if (this.#left === 0)
      return new Promise((resolve) => {
        this.#waiting.push(resolve)
      })
    this.#left -= 1
    return Promise.resolve(new Uint8Array(partBytes))
  }

  /** Gives a buffer, or a part of it, back; nobody may read it any more. */
  give({ buffer }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('only what was taken is given back')
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(buffer)
    else next(new Uint8Array(buffer))
  }
}

/**
 * Gathers pieces into parts: all of `partBytes` but the last.
 *
 * @param pieces of any length
 * @param buffers that the parts are in; who gets a part gives it back
 */
export async function* cutIntoParts(
  pieces: AsyncIterable<Uint8Array>,
  buffers: PartBuffers,
): AsyncGenerator<Uint8Array, void, undefined> {
  let part: Uint8Array | null = null
  let length = 0
  try {
    for await (const piece of pieces)
      for (let at = 0; at < piece.length;) {
        part ??= await buffers.take()
        const some = piece.subarray(at, at + part.length - length)
        part.set(some, length)
        at += some.length
        length += some.length
        if (length < part.length) continue
        const full = part
        part = null
        length = 0
        yield full
      }
    if (part !== null) {
      const last = part.subarray(0, length)
      part = null
      yield last
    }
  } finally {
    if (part !== null) buffers.give(part)
  }
}
