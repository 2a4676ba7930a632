import { Worker } from 'node:worker_threads'
import { ClaimsError } from '@claims/contracts'
import type { ReadBody } from '../body/read-body.ts'
import type { BodyAnswer, BodyRequest } from './score-body.ts'
import { emptyTally } from './tally.ts'
import type { ThreadCommand, ThreadModel, ThreadReply, ThreadSettings } from './thread-messages.ts'

/** An answer whose JSON is bytes. */
export type ThreadAnswer =
  | (Omit<Extract<BodyAnswer, { ok: true }>, 'json'> & { readonly json: Uint8Array })
  | Extract<BodyAnswer, { ok: false }>

/** How the thread works and what it may use. */
export interface ScoringThreadOptions extends ThreadSettings {
  /** Memory of its JavaScript values, in MB; default 192. */
  readonly heapMegabytes?: number
  /** Longest time of one request; default 30,000. */
  readonly requestMilliseconds?: number
  /** Requests that wait for their turn; default 16. */
  readonly queue?: number
  /** Called when the thread has died; it is started anew by itself. */
  readonly onDeath?: (reason: string) => void
}

interface Task {
  readonly command: ThreadCommand
  readonly resolve: (reply: ThreadReply) => void
  readonly reject: (error: ClaimsError) => void
}

const loadMilliseconds = 60_000

/**
 * A thread that parses, checks and scores large bodies with a scorer of its own, so that they never hold up the thread
 * that answers everybody else. It has its own memory: where a body needs more, the thread ends, that one request is told
 * so, and a new thread takes the waiting ones.
 *
 * @example
 * const thread = new ScoringThread({ threads: 1 })
 * await thread.load({ key: '1', bundle: bundle.content(), name: 'fraud', version: '3' })
 * await thread.score('1', { body, request })
 * await thread.close()
 */
export class ScoringThread {
  readonly #options: ScoringThreadOptions
  readonly #models = new Map<string, ThreadModel>()
  readonly #waiting: Task[] = []
  #worker: Worker | null = null
  #running: Task | null = null
  #deaths = 0
  #closed = false

  constructor(options: ScoringThreadOptions) {
    this.#options = options
  }

  /** Whether it runs; one that died is started when it is needed. */
  get alive(): boolean {
    return this.#worker !== null
  }

  /** How often the thread has died. */
  get deaths(): number {
    return this.#deaths
  }

  /**
   * Loads a model into the thread.
   *
   * @throws ClaimsError as `loadScorer` throws it
   */
  async load(model: ThreadModel): Promise<void> {
    await this.#ask({ type: 'load', model })
    this.#models.set(model.key, model)
  }

  /** Frees a model that nothing is scored with any more. */
  unload(key: string): void {
    if (this.#models.delete(key)) this.#worker?.postMessage({ type: 'unload', key } satisfies ThreadCommand)
  }

  /**
   * Scores a body, after those that came before. The bytes of the body are handed over.
   *
   * @throws ClaimsError `overloaded` where too many wait; `scoring_interrupted` where the thread died of it or it took
   *   too long; `model_unavailable`
   */
  async score(
    key: string,
    { body, request }: { body: ReadBody; request: BodyRequest },
  ): Promise<ThreadAnswer> {
    if (this.#waiting.length >= (this.#options.queue ?? 16))
      throw new ClaimsError('overloaded', 'Too many large bodies wait to be scored; send this one later')
    const reply = await this.#ask({ type: 'score', key, body, request })
    if (reply.type === 'scored') return { ok: true, json: reply.json, tally: reply.tally }
    if (reply.type === 'refused')
      return { ok: false, error: received(reply), tally: reply.tally ?? emptyTally() }
    throw new ClaimsError('internal', 'The scoring thread answered another question')
  }

  /** Ends the thread; what still waits is refused. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    this.#worker = null
    const error = new ClaimsError('shutting_down', 'The server is shutting down')
    for (const task of [...(this.#running === null ? [] : [this.#running]), ...this.#waiting.splice(0)])
      task.reject(error)
    this.#running = null
    await worker?.terminate()
  }

  async #ask(command: ThreadCommand): Promise<ThreadReply> {
    if (this.#closed) throw new ClaimsError('shutting_down', 'The server is shutting down')
    const reply = await new Promise<ThreadReply>((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject })
      this.#next()
    })
    if (command.type === 'load' && reply.type === 'refused') throw received(reply)
    return reply
  }

  #next(): void {
    if (this.#running !== null) return
    const task = this.#waiting.shift()
    if (task === undefined) return
    this.#running = task
    const worker = (this.#worker ??= this.#start())
    const { command } = task
    const limit = command.type === 'load' ? loadMilliseconds : (this.#options.requestMilliseconds ?? 30_000)
    const timer = setTimeout(() => {
      this.#died(worker, `a request took longer than ${String(limit)} ms`)
    }, limit)
    timer.unref()
    const settle = (): void => {
      clearTimeout(timer)
    }
    this.#running = {
      command,
      resolve: (reply) => {
        settle()
        task.resolve(reply)
      },
      reject: (error) => {
        settle()
        task.reject(error)
      },
    }
    // An idle thread does not keep the process alive; one that is awaited does.
    worker.ref()
    worker.postMessage(command, command.type === 'score' ? [command.body.bytes.buffer as ArrayBuffer] : [])
  }

  #start(): Worker {
    const { threads, catalog, heapMegabytes = 192 } = this.#options
    const fromSource = import.meta.url.endsWith('.ts')
    const worker = new Worker(new URL(`./scoring-worker.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
      workerData: { threads, catalog } satisfies ThreadSettings,
      execArgv: fromSource ? ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning'] : [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 32 },
    })
    worker.unref()
    // What was loaded before is loaded again, before anything is scored.
    let reloading = this.#models.size
    for (const model of this.#models.values())
      worker.postMessage({ type: 'load', model } satisfies ThreadCommand)
    worker.on('message', (reply: ThreadReply) => {
      if (worker !== this.#worker) return
      if (reloading > 0) {
        // A model that cannot be loaded again is missing when it is asked for, and that request says so.
        reloading -= 1
        return
      }
      const task = this.#running
      this.#running = null
      worker.unref()
      task?.resolve(reply)
      this.#next()
    })
    worker.on('error', (error) => {
      this.#died(worker, error instanceof Error ? error.message : String(error))
    })
    worker.on('exit', (code) => {
      this.#died(worker, `it ended with ${String(code)}`)
    })
    return worker
  }

  #died(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return
    this.#worker = null
    this.#deaths += 1
    void worker.terminate()
    const task = this.#running
    this.#running = null
    task?.reject(
      new ClaimsError(
        'scoring_interrupted',
        'Scoring this request needed more memory or time than it may use',
        {
          problems: [
            {
              field: 'body',
              problem: 'could not be scored',
              allowed: 'a smaller body, or fewer claims in one',
            },
          ],
        },
      ),
    )
    this.#options.onDeath?.(reason)
    this.#next()
  }
}

function received(reply: Extract<ThreadReply, { type: 'refused' }>): ClaimsError {
  const { code, message, problems } = reply.error
  return new ClaimsError(code, message, { problems })
}
