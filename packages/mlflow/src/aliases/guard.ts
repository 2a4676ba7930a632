import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MlflowError } from '../errors.ts'
import type { AliasCalls, AliasedModel } from './alias-calls.ts'
import { contendersOf, guardPrefix, isAhead, type Contender } from './contender.ts'

/** What a guard is for. */
export interface GuardOptions {
  readonly name: string
  readonly alias: string
  readonly version: string
  readonly by: string
  /** A contender whose tag does not change for so long is taken for dead. Milliseconds. */
  readonly leaseMilliseconds: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Mutual exclusion of clients by tags that each of them writes alone: Lamport's bakery (A New Solution of Dijkstra's
 * Concurrent Programming Problem, 1974). It needs nothing of the server but that a tag, once set, is seen by every
 * later read. Clocks are compared with themselves only.
 */
export class Guard {
  readonly #calls: AliasCalls
  readonly #options: GuardOptions
  readonly #key: string
  readonly #seen = new Map<string, { readonly value: string; readonly since: number }>()
  #ticket = 0
  #beat = 0
  /** When the call began that wrote the tag last. */
  #written = Infinity

  constructor(calls: AliasCalls, options: GuardOptions) {
    this.#calls = calls
    this.#options = options
    this.#key = guardPrefix(options.alias) + randomUUID()
  }

  /**
   * Waits for the turn.
   *
   * @param stillWanted looks at the model at each try; what it throws ends the waiting
   * @throws MlflowError `conflict` when others may take this client for dead, and what the calls throw
   */
  async enter(stillWanted: (model: AliasedModel) => void): Promise<void> {
    await this.#write(0)
    const tickets = this.#others(await this.#read()).map(({ ticket }) => ticket)
    await this.#write(1 + Math.max(0, ...tickets))
    for (let pause = 5; ; pause = Math.min(2 * pause, 250)) {
      const model = await this.#read()
      stillWanted(model)
      this.#requireOwn(model)
      const fresh = this.#left > this.#options.leaseMilliseconds / 2
      const ahead = this.#others(model).filter((other) =>
        isAhead(other, { key: this.#key, ticket: this.#ticket }),
      )
      if (ahead.length === 0 && fresh) return
      for (const dead of ahead.filter((other) => this.#isDead(other)))
        await this.#calls.deleteTag({ name: this.#options.name, key: dead.key }, this.#call)
      if (!fresh) await this.#write(this.#ticket)
      else await this.#nap(pause * (0.5 + Math.random()))
    }
  }

  /** Takes the tag away; not aborted by the signal. */
  async leave(): Promise<void> {
    await this.#calls.deleteTag({ name: this.#options.name, key: this.#key })
  }

  /** The model, read in turn. @throws MlflowError `conflict` when others may take this client for dead */
  async read(): Promise<AliasedModel> {
    const model = await this.#read()
    this.#requireOwn(model)
    this.requireAlive()
    return model
  }

  /** @throws MlflowError `conflict` when a call that begins now may end after others took this client for dead */
  requireAlive(): void {
    if (this.#left <= 0) throw this.#dead()
  }

  /** A quarter of the lease is kept for the call that begins last. */
  get #left(): number {
    return this.#written + 0.75 * this.#options.leaseMilliseconds - performance.now()
  }

  get #call(): { readonly signal?: AbortSignal } {
    const { signal } = this.#options
    return signal ? { signal } : {}
  }

  async #nap(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, this.#call)
    } catch (cause) {
      const endpoint = 'aliases.compareAndSet'
      throw new MlflowError('aborted', `${endpoint}: aborted while it waited for its turn`, {
        endpoint,
        cause,
      })
    }
  }

  async #read(): Promise<AliasedModel> {
    return this.#calls.get({ name: this.#options.name }, this.#call)
  }

  /** A tag that others may have removed is not written again. */
  async #write(ticket: number): Promise<void> {
    this.requireAlive()
    const { name, version, by } = this.#options
    const begun = performance.now()
    this.#ticket = ticket
    this.#beat += 1
    const value = JSON.stringify({ ticket, beat: this.#beat, version, by })
    await this.#calls.setTag({ name, key: this.#key, value }, this.#call)
    this.#written = begun
    this.requireAlive()
  }

  #others(model: AliasedModel): Contender[] {
    const others = contendersOf(model, this.#options.alias).filter(({ key }) => key !== this.#key)
    for (const { key, value } of others)
      if (this.#seen.get(key)?.value !== value) this.#seen.set(key, { value, since: performance.now() })
    return others
  }

  #isDead({ key }: Contender): boolean {
    return performance.now() - (this.#seen.get(key)?.since ?? Infinity) > this.#options.leaseMilliseconds
  }

  #requireOwn(model: AliasedModel): void {
    if (!model.tags.some(({ key }) => key === this.#key)) throw this.#dead()
  }

  #dead(): MlflowError {
    const { name, alias } = this.#options
    return new MlflowError(
      'conflict',
      `aliases.compareAndSet: too slow: others may take this client for dead while it moves ${alias} of ${name}`,
      { endpoint: 'aliases.compareAndSet', field: 'leaseMilliseconds', retryable: true },
    )
  }
}
