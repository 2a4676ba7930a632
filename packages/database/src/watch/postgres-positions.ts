import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Bell, type LedgerPositions, type PositionsReader, type WatchMethod } from '@claims/contracts'
import type { Database } from '../database.ts'
import { databaseFailure } from '../database-failure.ts'
import type { DatabaseSettings } from '../database-settings.ts'
import type { PostgresAddress } from '../postgres/postgres-address.ts'
import { PostgresListener } from './postgres-listener.ts'
import { positionsOf, positionsStatement, schemaStatement, type WatchedBy } from './positions-statement.ts'

/** What a reader of PostgreSQL needs. */
export interface PostgresPositionsParts extends WatchedBy {
  readonly settings: DatabaseSettings
  /** Notifies, to try whether notifications arrive: another connection than the one that listens. */
  readonly database: Database
}

/** How many times slower it looks where it is told of changes. */
const slower = 3
/** Longest time that a notification may take. */
const arrivalMilliseconds = 1_000
/** Time after which a connection that no notification reaches is made anew. */
const againMilliseconds = 30_000
/** Shortest time between two looks, however many appends there are. */
const apartMilliseconds = 25

/** Looks at a database of PostgreSQL, and listens. */
export class PostgresPositions implements PositionsReader {
  readonly #address: PostgresAddress
  readonly #parts: PostgresPositionsParts
  readonly #bell = new Bell()
  #listener: PostgresListener | null = null
  #method: WatchMethod = 'polling'
  /** When notifications were tried last, and when a look began last. */
  readonly #at = { tried: -Infinity, connected: -Infinity, looked: -Infinity }

  constructor(address: PostgresAddress, parts: PostgresPositionsParts) {
    this.#address = address
    this.#parts = parts
  }

  get method(): WatchMethod {
    return this.#method
  }

  async read(signal: AbortSignal): Promise<LedgerPositions> {
    this.#at.looked = performance.now()
    const end = (): void => this.#listener?.destroy()
    signal.addEventListener('abort', end)
    try {
      const listener = await this.#connected()
      await this.#tryNotifications(listener)
      const [schema] = await listener.query(schemaStatement)
      const positions = positionsOf(await listener.query(positionsStatement))
      this.#parts.onSchema(Number(schema?.['version']))
      return positions
    } catch (error) {
      this.#method = 'polling'
      this.#listener?.destroy()
      this.#listener = null
      throw databaseFailure(error, { kind: 'postgres', place: this.#address.place })
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async pause(signal: AbortSignal): Promise<void> {
    const { pollMilliseconds } = this.#parts
    const longest = this.#method === 'notification' ? slower * pollMilliseconds : pollMilliseconds
    if (!(await this.#bell.wait(longest, signal)) || signal.aborted) return
    const early = apartMilliseconds - (performance.now() - this.#at.looked)
    // Who is told again and again looks once for several times.
    if (early > 0) await sleep(early)
  }

  async close(): Promise<void> {
    await this.#listener?.end()
    this.#listener = null
  }

  async #connected(): Promise<PostgresListener> {
    const deaf = this.#method === 'polling' && performance.now() - this.#at.connected > againMilliseconds
    if (this.#listener !== null && !this.#listener.lost && !deaf) return this.#listener
    const before = this.#listener
    this.#listener = null
    before?.destroy()
    this.#method = 'polling'
    Object.assign(this.#at, { connected: performance.now(), tried: -Infinity })
    const listener = new PostgresListener(this.#address, this.#parts.settings, () => {
      this.#bell.ring()
    })
    this.#listener = listener
    await listener.connect()
    return listener
  }

  /** Notifies from another connection, and sees whether it arrives. */
  async #tryNotifications(listener: PostgresListener): Promise<void> {
    const { pollMilliseconds, database } = this.#parts
    // A connection that is deaf is not asked again; another one is made in its place.
    if (this.#method === 'polling' && this.#at.tried !== -Infinity) return
    if (performance.now() - this.#at.tried < slower * pollMilliseconds) return
    this.#at.tried = performance.now()
    const word = randomUUID()
    const arrived = listener.heard(word, arrivalMilliseconds)
    // A server that may only be read takes none.
    const sent = sql`select pg_notify(${PostgresListener.trial}, ${word})`.execute(database.kysely)
    sent.catch(() => undefined)
    this.#method = listener.listens && (await arrived) ? 'notification' : 'polling'
  }
}
