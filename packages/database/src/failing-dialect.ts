import type {
  CompiledQuery,
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  QueryCompiler,
  QueryResult,
  TransactionSettings,
} from 'kysely'

/** Turns what a driver throws into what its callers get. */
export type TranslateError = (error: unknown) => unknown

/** A dialect whose driver fails with other errors; everything else is that of the dialect inside. */
export class FailingDialect implements Dialect {
  readonly #inner: Dialect
  readonly #translate: TranslateError

  constructor(inner: Dialect, translate: TranslateError) {
    this.#inner = inner
    this.#translate = translate
  }

  createDriver(): Driver {
    return new FailingDriver(this.#inner.createDriver(), this.#translate)
  }

  createQueryCompiler(): QueryCompiler {
    return this.#inner.createQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return this.#inner.createAdapter()
  }

  // The type of the tables is free here, as it is in Kysely's `Dialect`.
  createIntrospector(database: Parameters<Dialect['createIntrospector']>[0]): DatabaseIntrospector {
    return this.#inner.createIntrospector(database)
  }
}

class FailingDriver implements Driver {
  readonly #inner: Driver
  readonly #translate: TranslateError

  constructor(inner: Driver, translate: TranslateError) {
    this.#inner = inner
    this.#translate = translate
  }

  init(): Promise<void> {
    return this.#told(this.#inner.init())
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new FailingConnection(await this.#told(this.#inner.acquireConnection()), this.#translate)
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#told(this.#inner.beginTransaction(innerOf(connection), settings))
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#told(this.#inner.commitTransaction(innerOf(connection)))
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#told(this.#inner.rollbackTransaction(innerOf(connection)))
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#told(this.#inner.releaseConnection(innerOf(connection)))
  }

  destroy(): Promise<void> {
    return this.#told(this.#inner.destroy())
  }

  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw this.#translate(error)
    }
  }
}

class FailingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #translate: TranslateError

  constructor(inner: DatabaseConnection, translate: TranslateError) {
    this.inner = inner
    this.#translate = translate
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.inner.executeQuery<R>(query)
    } catch (error) {
      throw this.#translate(error)
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    try {
      yield* this.inner.streamQuery<R>(query, chunkSize)
    } catch (error) {
      throw this.#translate(error)
    }
  }
}

function innerOf(connection: DatabaseConnection): DatabaseConnection {
  return connection instanceof FailingConnection ? connection.inner : connection
}
