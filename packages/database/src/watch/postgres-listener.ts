import { Socket } from 'node:net'
import { Client } from 'pg'
import type { DatabaseSettings } from '../database-settings.ts'
import { connectionOptions } from '../postgres/connection-options.ts'
import type { PostgresAddress } from '../postgres/postgres-address.ts'
import { postgresFailure } from '../postgres/postgres-error.ts'

/** Longest time of a statement of a watch: what takes longer is away. */
const statementMilliseconds = 5_000
/** Longest time that a goodbye may take. */
const goodbyeMilliseconds = 500

/** One connection to PostgreSQL that listens. */
export class PostgresListener {
  /** Channel of appends; `ledger_heads_notify` writes to it. */
  static readonly appends = 'claims_ledger'
  /** Channel of trials. */
  static readonly trial = 'claims_watch'

  readonly #socket = new Socket()
  readonly #client: Client
  readonly #waiting = new Map<string, () => void>()
  #lost = false
  #listens = false

  /** @param onChange called when something was appended, or when the connection is lost */
  constructor(address: PostgresAddress, settings: DatabaseSettings, onChange: () => void) {
    this.#client = new Client({
      ...connectionOptions(address, { ...settings, statementMilliseconds }),
      query_timeout: statementMilliseconds,
      // Held here, so that a connection to a server that does not answer can be ended.
      stream: () => this.#socket,
    })
    this.#client.on('notification', ({ channel, payload = '' }) => {
      if (channel === PostgresListener.appends) onChange()
      else this.#waiting.get(payload)?.()
    })
    const lost = (): void => {
      if (this.#lost) return
      this.#lost = true
      if (this.#listens) onChange()
    }
    this.#client.on('error', lost)
    this.#client.on('end', lost)
  }

  /** Whether the connection is gone. */
  get lost(): boolean {
    return this.#lost
  }

  /** Whether the server took the request to be told. */
  get listens(): boolean {
    return this.#listens
  }

  /** Connects and asks to be told; a server that may only be read tells nobody. */
  async connect(): Promise<void> {
    await this.#client.connect()
    try {
      await this.#client.query(`listen ${PostgresListener.appends}`)
      await this.#client.query(`listen ${PostgresListener.trial}`)
      this.#listens = true
    } catch (error) {
      const failure = postgresFailure(error as object)
      if (failure?.code === 'database_unavailable') throw error
    }
  }

  async query(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#client.query<Record<string, unknown>>(statement)).rows
  }

  /** Whether a word arrives on the channel of trials in time. */
  heard(word: string, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (arrived: boolean) => (): void => {
        clearTimeout(timer)
        this.#waiting.delete(word)
        resolve(arrived)
      }
      const timer = setTimeout(done(false), milliseconds)
      timer.unref()
      this.#waiting.set(word, done(true))
    })
  }

  /** Says goodbye and ends the connection. */
  async end(): Promise<void> {
    const late = setTimeout(() => this.#socket.destroy(), goodbyeMilliseconds)
    await this.#client.end().catch(() => undefined)
    clearTimeout(late)
    this.destroy()
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#socket.destroy()
  }
}
