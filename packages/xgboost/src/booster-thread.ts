import type { ModelTraits } from './check-model.ts'
import type { DataMatrix } from './data-matrix.ts'
import type { XGBoostErrorCode } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { Pointer } from './native/native-api.ts'
import { addressOf, cString, readFloats, readString, readUint64s } from './native/native-memory.ts'
import { modelRefusal } from './readable-model.ts'
import type { ThreadCall, TrainingThread } from './training-thread.ts'

/** First and second derivatives of a loss by the margin: each of length rows, or rows x outputs. */
export interface Gradients {
  readonly gradient: Float32Array
  readonly hessian: Float32Array
}

/** Rounds that follow one another; see {@link BoosterThread.updateMany}. */
interface ManyRounds {
  readonly from: number
  readonly to: number
  readonly stop: Int32Array
  readonly onRound: (round: number) => void
}

/** Calls on a booster that is trained on a thread of its own; the caller makes one after the other. */
export class BoosterThread {
  readonly #library: XGBoostLibrary
  readonly #thread: TrainingThread

  constructor(library: XGBoostLibrary, thread: TrainingThread) {
    this.#library = library
    this.#thread = thread
  }

  async create(matrices: readonly DataMatrix[]): Promise<Pointer> {
    const pointers = BigUint64Array.from(matrices, (matrix) => matrix.handle.heldPointer)
    const out = new BigUint64Array(1)
    await this.#call('boosterCreate', [addressOf(pointers), pointers.length, addressOf(out)], 'native')
    assertAttached([pointers], matrices.length * pointers.BYTES_PER_ELEMENT)
    return out[0] ?? 0n
  }

  async load(booster: Pointer, bytes: Uint8Array, traits: ModelTraits): Promise<void> {
    const length = bytes.byteLength
    const args = [booster, addressOf(bytes), length]
    const { status, message } = await this.#thread.call({ name: 'boosterLoadModelFromBuffer', args })
    assertAttached([bytes], length)
    if (status !== 0)
      throw modelRefusal(this.#library.failure('invalid_model', message), traits, this.#library)
  }

  /** Makes the library check all parameters and start its random numbers, on the thread that will use them. */
  async configure(booster: Pointer): Promise<string> {
    const out = new BigUint64Array(2)
    const at = addressOf(out)
    await this.#call('boosterSaveJsonConfig', [booster, at, at + 8n], 'invalid_parameter')
    return readString(out[1] ?? 0n)
  }

  async update(booster: Pointer, round: number, data: DataMatrix): Promise<void> {
    await this.#call('boosterUpdateOneIter', [booster, round, data.handle.heldPointer], 'native')
  }

  /** Rounds from `from` to before `to`, which the thread runs without asking; `onRound` must not throw. */
  async updateMany(
    booster: Pointer,
    data: DataMatrix,
    { from, to, stop, onRound }: ManyRounds,
  ): Promise<void> {
    const matrix = data.handle.heldPointer
    const call = { name: 'boosterRounds', booster, matrix, from, to, stop } as const
    const { status, message } = await this.#thread.rounds(call, onRound)
    if (status !== 0) throw this.#library.failure('native', message)
  }

  /** A round with gradients from outside: rows x `outputs` of each. */
  async boost(
    booster: Pointer,
    round: number,
    { data, gradients, outputs }: { data: DataMatrix; gradients: Gradients; outputs: number },
  ): Promise<void> {
    const { gradient, hessian } = gradients
    const bytes = gradient.byteLength + hessian.byteLength
    const matrix = data.handle.heldPointer
    if (this.#library.native.boosterTrainOneIter) {
      const shape = [data.rows, outputs]
      const texts = [arrayInterface(gradient, shape), arrayInterface(hessian, shape)]
      await this.#call('boosterTrainOneIter', [booster, matrix, round, ...texts], 'native')
    } else {
      const places = [addressOf(gradient), addressOf(hessian), gradient.length]
      await this.#call('boosterBoostOneIter', [booster, matrix, ...places], 'native')
    }
    assertAttached([gradient, hessian], bytes)
  }

  async evaluate(booster: Pointer, round: number, places: readonly (bigint | number)[]): Promise<void> {
    await this.#call('boosterEvalOneIter', [booster, round, ...places], 'native')
  }

  /** Values or margins of a matrix; `training` as the library's own rounds see them (dart drops trees). */
  async predict(
    booster: Pointer,
    data: DataMatrix,
    { outputMargin, training }: { outputMargin: boolean; training: boolean },
  ): Promise<Float32Array> {
    const config = cString(
      `{"type":${outputMargin ? 1 : 0},"training":${training},"iteration_begin":0,"iteration_end":0,"strict_shape":true}`,
    )
    const out = new BigUint64Array(3)
    const at = addressOf(out)
    const places = [addressOf(config), at, at + 8n, at + 16n]
    await this.#call('boosterPredictFromMatrix', [booster, data.handle.heldPointer, ...places], 'native')
    assertAttached([config], config.length)
    const shape = readUint64s(out[0] ?? 0n, Number(out[1]))
    return readFloats(
      out[2] ?? 0n,
      shape.reduce((product, size) => product * size, 1),
    )
  }

  async #call(name: ThreadCall['name'], args: ThreadCall['args'], code: XGBoostErrorCode): Promise<void> {
    const { status, message } = await this.#thread.call({ name, args })
    if (status !== 0) throw this.#library.failure(code, message)
  }
}
