import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { checkBatch } from './data-batch.ts'
import type { CheckedBatch, DataBatch } from './data-batch.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import type { ColumnInfoOptions } from './matrix-info.ts'
import type { MatrixFacts } from './data-matrix.ts'
import { assertAttached, byteLengthOf } from './native/array-interface.ts'
import type { BatchChannel, BatchRequest } from './native/matrix-build.ts'

/** Begins to read the batches; called for every pass over the data, which must give the same batches. */
export type BatchFactory = () => Iterable<DataBatch> | AsyncIterable<DataBatch>

interface BatchShape {
  readonly rows: number
  readonly columns: number
}

/**
 * Hands batches to a thread that builds a matrix and waits for each. The event loop stays free, batches may come
 * asynchronously, and only the current one is kept.
 */
export class BatchProvider {
  /** What the building thread asks through. */
  readonly channel: BatchChannel
  readonly #port: MessagePort
  readonly #begin: BatchFactory
  readonly #columnInfo: ColumnInfoOptions
  readonly #library: XGBoostLibrary
  readonly #shapes: BatchShape[] = []
  #iterator: Iterator<DataBatch> | AsyncIterator<DataBatch> | undefined
  #current: { arrays: readonly ArrayBufferView[]; bytes: number } | undefined
  #passes = 0
  #position = 0
  #facts: MatrixFacts | undefined
  #failure: { error: unknown } | undefined

  constructor(begin: BatchFactory, columnInfo: ColumnInfoOptions, library: XGBoostLibrary) {
    this.#begin = begin
    this.#columnInfo = columnInfo
    this.#library = library
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const answered = new SharedArrayBuffer(4)
    this.channel = { port: port2, answered }
    const flag = new Int32Array(answered)
    port1.on('message', (request: BatchRequest) => {
      void this.#answer(request).then((batch) => {
        port1.postMessage(batch?.native)
        Atomics.store(flag, 0, 1)
        Atomics.notify(flag, 0)
      })
    })
  }

  /** Rows, columns, names and labels of all batches; throws what reading them threw. */
  finish(): MatrixFacts {
    this.rethrow()
    if (!this.#facts) throw new XGBoostError('invalid_shape', 'there must be at least one batch')
    return this.#facts
  }

  /** Throws what reading the batches threw. */
  rethrow(): void {
    if (this.#failure) throw this.#failure.error
  }

  async close(): Promise<void> {
    this.#port.close()
    this.#current = undefined
    await this.#end()
  }

  async #answer({ fresh }: BatchRequest): Promise<CheckedBatch | undefined> {
    if (this.#failure) return undefined
    try {
      if (this.#current) assertAttached(this.#current.arrays, this.#current.bytes)
      this.#current = undefined
      if (fresh) await this.#restart()
      const step = await this.#iterator?.next()
      if (!step || step.done === true) {
        this.#iterator = undefined
        if (!this.#facts) throw new XGBoostError('invalid_shape', 'there must be at least one batch')
        this.#requireSame(undefined)
        return undefined
      }
      const batch = this.#checked(step.value)
      this.#requireSame(batch.info)
      this.#current = { arrays: batch.arrays, bytes: byteLengthOf(batch.arrays) }
      return batch
    } catch (error) {
      this.#failure = { error }
      return undefined
    }
  }

  #checked(value: DataBatch): CheckedBatch {
    try {
      return checkBatch(value, this.#columnInfo, this.#library)
    } catch (error) {
      if (!(error instanceof XGBoostError)) throw error
      throw new XGBoostError(error.code, `batch ${this.#position}: ${error.message}`)
    }
  }

  async #restart(): Promise<void> {
    await this.#end()
    const batches = this.#begin()
    this.#iterator =
      Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()
    this.#passes += 1
    this.#position = 0
  }

  async #end(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = undefined
    await iterator?.return?.()
  }

  /** Requires every pass to give batches of the shapes of the first one, for which the library made room. */
  #requireSame(info: CheckedBatch['info'] | undefined): void {
    const at = this.#position
    this.#position += 1
    if (this.#passes === 1) {
      if (info) this.#extend(info)
      return
    }
    const before = this.#shapes[at]
    if (before?.rows !== info?.rows || before?.columns !== info?.columns)
      throw new XGBoostError(
        'invalid_data',
        `batch ${at} of pass ${this.#passes} has ${info?.rows ?? 'no'} rows; in the first pass it had ${before?.rows ?? 'none'}`,
      )
  }

  #extend(info: CheckedBatch['info']): void {
    const { rows, columns, featureNames, featureTypes, labelRange } = info
    const facts = this.#facts
    if (facts && facts.columns !== columns)
      throw new XGBoostError(
        'invalid_shape',
        `batch ${this.#shapes.length} has ${columns} columns; the first has ${facts.columns}`,
      )
    if (facts && (facts.labelRange === undefined) !== (labelRange === undefined))
      throw new XGBoostError('invalid_label', 'all batches must have a label, or none')
    this.#shapes.push({ rows, columns })
    this.#facts = {
      rows: (facts?.rows ?? 0) + rows,
      columns,
      featureNames,
      featureTypes,
      labelRange: labelRange && {
        least: Math.min(labelRange.least, facts?.labelRange?.least ?? Infinity),
        greatest: Math.max(labelRange.greatest, facts?.labelRange?.greatest ?? -Infinity),
      },
    }
  }
}
