import { Worker } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'
import { XGBoostError } from './errors.ts'
import type { LibrarySettings, ThreadSettings } from './library-settings.ts'
import type { MatrixBuild, MatrixBuilt } from './native/matrix-build.ts'
import type { Pointer } from './native/native-api.ts'

/** A function of the C API by name, with addresses, numbers and texts for arguments. */
export interface ThreadCall {
  readonly name:
    | 'boosterCreate'
    | 'boosterLoadModelFromBuffer'
    | 'boosterSaveJsonConfig'
    | 'boosterUpdateOneIter'
    | 'boosterTrainOneIter'
    | 'boosterBoostOneIter'
    | 'boosterEvalOneIter'
    | 'boosterPredictFromDense'
    | 'boosterPredictFromMatrix'
    | 'boosterFree'
    | 'matrixFromFile'
    | 'matrixSaveBinary'
  readonly args: readonly (bigint | number | string)[]
}

/** Rounds of one booster that the thread runs one after the other without asking. */
export interface ThreadRounds {
  readonly name: 'boosterRounds'
  readonly booster: Pointer
  readonly matrix: Pointer
  readonly from: number
  /** The first round that is not run. */
  readonly to: number
  /** One number that both threads see: not 0 ends the rounds before the next one. */
  readonly stop: Int32Array
}

/** Sent after each of a thread's rounds. */
export interface ThreadRound {
  readonly round: number
}

/** A message of the library, sent while a call runs. */
export interface ThreadLog {
  readonly log: string
}

/** What the C API answered. */
export interface ThreadReply {
  readonly status: number
  readonly message: string
}

const IDLE_MILLISECONDS = 10_000

/**
 * A thread that one booster is made, trained and freed on. XGBoost keeps its random numbers, its cached predictions of
 * the training rows, its last error and its verbosity per thread: rounds spread over a pool of threads would draw other
 * rows every time, and a booster freed elsewhere would leave its cached predictions to the next one at its address.
 */
export class TrainingThread {
  readonly #worker: Worker
  #pending:
    | {
        readonly resolve: (reply: ThreadReply & MatrixBuilt) => void
        readonly reject: (error: XGBoostError) => void
        readonly onRound: ((round: number) => void) | undefined
      }
    | undefined
  #ended: XGBoostError | undefined
  readonly #settings: LibrarySettings
  #sent: ThreadSettings | undefined

  constructor(libraryPath: string, settings: LibrarySettings) {
    this.#settings = settings
    const file = import.meta.url.endsWith('.ts') ? './training-worker.ts' : './training-worker.js'
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: { path: libraryPath },
      execArgv: [],
    })
    this.#worker.unref()
    this.#worker.on('message', (reply: (ThreadReply & MatrixBuilt) | ThreadLog | ThreadRound) => {
      if ('log' in reply) {
        this.#settings.log(reply.log)
        return
      }
      if ('round' in reply) {
        this.#pending?.onRound?.(reply.round)
        return
      }
      this.#worker.unref()
      const pending = this.#pending
      this.#pending = undefined
      pending?.resolve(reply)
    })
    this.#worker.on('error', (cause) => {
      this.#end(new XGBoostError('native', 'the training thread failed', { cause }))
    })
    this.#worker.on('exit', (code) => {
      this.#end(new XGBoostError('native', `the training thread ended with ${code}`))
    })
  }

  get ended(): boolean {
    return this.#ended !== undefined
  }

  /** Makes one call; the caller waits for it before it makes the next. */
  call(call: ThreadCall): Promise<ThreadReply>
  call(call: MatrixBuild, transfer: readonly Transferable[]): Promise<MatrixBuilt>
  call(
    call: ThreadCall | MatrixBuild,
    transfer: readonly Transferable[] = [],
  ): Promise<ThreadReply & MatrixBuilt> {
    return this.#ask(call, transfer, undefined)
  }

  /** Runs rounds; the caller waits for the answer before it makes the next call. `onRound` must not throw. */
  rounds(rounds: ThreadRounds, onRound: (round: number) => void): Promise<ThreadReply> {
    return this.#ask(rounds, [], onRound)
  }

  #ask(
    call: ThreadCall | MatrixBuild | ThreadRounds,
    transfer: readonly Transferable[],
    onRound: ((round: number) => void) | undefined,
  ): Promise<ThreadReply & MatrixBuilt> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, onRound }
      this.#worker.ref()
      const { current } = this.#settings
      this.#worker.postMessage(current === this.#sent ? call : { ...call, settings: current }, transfer)
      this.#sent = current
    })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #end(error: XGBoostError): void {
    this.#ended ??= error
    this.#pending?.reject(this.#ended)
    this.#pending = undefined
  }
}

/** Training threads of one library that wait for their next booster; each ends after ten idle seconds. */
export class TrainingThreads {
  readonly #libraryPath: string
  readonly #idle = new Map<TrainingThread, NodeJS.Timeout>()
  #started: TrainingThread[] = []
  readonly #settings: LibrarySettings

  constructor(libraryPath: string, settings: LibrarySettings) {
    this.#settings = settings
    this.#libraryPath = libraryPath
  }

  acquire(): TrainingThread {
    for (const [thread, timer] of this.#idle) {
      clearTimeout(timer)
      this.#idle.delete(thread)
      if (!thread.ended) return thread
    }
    return this.#start()
  }

  /**
   * Starts a thread unless there is one: a matrix with labels announces a training, and a thread takes about as long to
   * start as a matrix of some megabytes to be built.
   */
  warm(): void {
    if (this.#started.every((thread) => thread.ended)) this.release(this.#start())
  }

  #start(): TrainingThread {
    const thread = new TrainingThread(this.#libraryPath, this.#settings)
    this.#started = [...this.#started.filter((other) => !other.ended), thread]
    return thread
  }

  /** Frees a booster on its thread, then keeps the thread for the next one. */
  free(thread: TrainingThread, booster: Pointer): void {
    thread.call({ name: 'boosterFree', args: [booster] }).then(
      () => {
        this.release(thread)
      },
      () => thread.stop(),
    )
  }

  /** Keeps a thread that nothing uses any more for the next caller. */
  release(thread: TrainingThread): void {
    if (thread.ended) return
    const timer = setTimeout(() => {
      this.#idle.delete(thread)
      void thread.stop()
    }, IDLE_MILLISECONDS)
    timer.unref()
    this.#idle.set(thread, timer)
  }
}
