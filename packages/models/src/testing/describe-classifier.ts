import { ClaimsError, type ErrorCode } from '@claims/contracts'
import { takeMatrixRows, type Matrix } from '@claims/frame'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type {
  Classifier,
  ClassifierDefinition,
  Contributions,
  FitOptions,
  FittedClassifier,
  ModelFiles,
  SavedModel,
} from '../classifier.ts'
import { logisticProblem, type LogisticProblem } from './logistic-problem.ts'

/** What the suite cannot ask of a kind of model. */
export interface ClassifierSuiteOptions {
  /** Parameters that every model of the suite is made with. */
  readonly parameters?: unknown
  /** Name of a test, and why it does not apply. */
  readonly unsupported?: Readonly<Partial<Record<ClassifierTest, string>>>
  /** How far below the best possible ROC AUC the model may stay on 2,000 rows. Default 0.03. */
  readonly aucSlack?: number
  /** Largest difference of a probability between integer weights and repeated rows. Default 1e-4. */
  readonly weightTolerance?: number
  /** Largest distance from the share of positive rows where nothing can be learnt. Default 5e-4; sampling needs more. */
  readonly shareTolerance?: number
}

/** Tests that may be declared unsupported. */
type ClassifierTest =
  'integer weights equal repeated rows' | 'a fit can be aborted half way' | 'a fit leaves the event loop free'

const fitOptions: FitOptions = { seed: 7, threads: 1 }

/**
 * The tests that every kind of model passes.
 *
 * @param name shown in the report
 * @param factory makes the definition
 * @param options exceptions, each with its reason
 *
 * @example
 * describeClassifier('logistic regression', () => logisticRegression)
 */
export function describeClassifier(
  name: string,
  factory: () => ClassifierDefinition,
  options: ClassifierSuiteOptions = {},
): void {
  const { parameters = {}, unsupported = {}, aucSlack = 0.03 } = options
  const { weightTolerance = 1e-4, shareTolerance = 5e-4 } = options
  const learn = logisticProblem({ rows: 2000, columns: 6, seed: 1 })
  const held = logisticProblem({ rows: 3000, columns: 6, seed: 2 })
  const definition = factory()
  const create = (): Classifier => definition.create(parameters)
  const explains = definition.capabilities.explains !== 'none'
  const supported = (title: ClassifierTest, body: () => Promise<void>): void => {
    const reason = unsupported[title]
    if (reason === undefined) test(title, body)
    else test.skip(`${title} (not supported: ${reason})`, body)
  }

  describe(`${name} keeps the classifier contract`, () => {
    let model: FittedClassifier
    let big: LogisticProblem
    beforeAll(async () => {
      model = await create().fit(learn.x, learn.y, fitOptions)
      big = logisticProblem({ rows: 50_000, columns: 20, seed: 3 })
    })
    afterAll(() => {
      model.dispose()
    })

    test('says the same of itself before and after fitting', () => {
      const classifier = create()
      for (const part of [classifier, model]) {
        expect(part.kind).toBe(definition.kind)
        expect(part.capabilities).toEqual(definition.capabilities)
      }
      expect(model.featureNames).toEqual(learn.x.names)
      expect(model.rounds).toBeGreaterThan(0)
    })

    test('learns what there is to learn', () => {
      const best = rocAuc(held.probabilities, held.y)
      const reached = rocAuc(model.predictProba(held.x), held.y)
      expect(best).toBeGreaterThan(0.85)
      expect(reached).toBeGreaterThan(best - aucSlack)
      expect(reached).toBeLessThan(best + 0.01)
    })

    test('answers probabilities near the true ones', () => {
      const probabilities = model.predictProba(held.x)
      let distance = 0
      probabilities.forEach((probability, i) => {
        expect(probability).toBeGreaterThanOrEqual(0)
        expect(probability).toBeLessThanOrEqual(1)
        distance += Math.abs(probability - held.probabilities[i]!) / held.x.rows
      })
      expect(probabilities).toHaveLength(held.x.rows)
      expect(distance).toBeLessThan(0.1)
    })

    test('gives the same bits for the same seed', async () => {
      const again = await create().fit(learn.x, learn.y, fitOptions)
      expectSameBits(again.predictProba(held.x), model.predictProba(held.x))
      again.dispose()
    })

    test('saves the same bytes for the same seed', async () => {
      const again = await create().fit(learn.x, learn.y, fitOptions)
      const first = await model.save()
      expect(first.size).toBeGreaterThan(0)
      expect([...(await again.save())]).toEqual([...first])
      again.dispose()
    })

    test('gives a row alone the bits that it gets in a batch', () => {
      const batch = model.predictProba(held.x)
      const parts = explains ? contributionsOf(model, held.x).values : undefined
      const width = held.x.columns + 1
      for (const row of [0, 1, 17, 1500, 2999]) {
        const alone = takeMatrixRows(held.x, Uint32Array.of(row))
        expectSameBits(model.predictProba(alone), batch.slice(row, row + 1))
        if (parts === undefined) continue
        const own = parts.slice(row * width, (row + 1) * width)
        expectSameBits(contributionsOf(model, alone).values, own)
      }
      for (const size of [2, 63, 64, 65, 77]) {
        const rows = Uint32Array.from({ length: size }, (_, i) => 2900 - i * 31)
        const expected = Float64Array.from(rows, (row) => batch[row]!)
        expectSameBits(model.predictProba(takeMatrixRows(held.x, rows)), expected)
      }
    })

    test('answers nothing for no rows', () => {
      const none = takeMatrixRows(held.x, new Uint32Array(0))
      expect(model.predictProba(none)).toHaveLength(0)
      if (explains)
        expect(contributionsOf(model, none)).toEqual({ values: new Float64Array(0), rows: 0, features: 6 })
    })

    test('explains what it declares, on the scale that it declares', () => {
      const { contributionScale } = definition.capabilities
      expect(model.contributions !== undefined).toBe(explains)
      expect(contributionScale !== null).toBe(explains)
      if (!explains) return
      const probabilities = model.predictProba(held.x)
      const { values, rows, features } = contributionsOf(model, held.x)
      expect([rows, features]).toEqual([held.x.rows, held.x.columns])
      expect(values).toHaveLength(rows * (features + 1))
      probabilities.forEach((probability, i) => {
        const sum = values.slice(i * (features + 1), (i + 1) * (features + 1)).reduce((a, b) => a + b, 0)
        if (contributionScale === 'probability') {
          expect(Math.abs(sum - probability)).toBeLessThanOrEqual(1e-6)
          return
        }
        const logOdds = Math.log(probability / (1 - probability))
        // A probability near 1 determines its log-odds less closely.
        const allowed = 1e-4 * Math.max(1, Math.abs(logOdds)) + 1e-7 / (probability * (1 - probability))
        expect(Math.abs(sum - logOdds)).toBeLessThanOrEqual(allowed)
      })
    })

    test('explains a row by what moves its score', () => {
      if (!explains) return
      // The first feature has the largest slope, the last two have none.
      const { values, rows, features } = contributionsOf(model, held.x)
      const size = (feature: number): number => {
        let sum = 0
        for (let row = 0; row < rows; row++) sum += Math.abs(values[row * (features + 1) + feature]!)
        return sum / rows
      }
      expect(size(0)).toBeGreaterThan(5 * Math.max(size(4), size(5)))
    })

    test('has an importance per feature, summing to 1, the strongest first', () => {
      const importance = model.importance()
      expect([...importance.keys()]).toEqual(learn.x.names)
      expect([...importance.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9)
      const [first, , , , fifth, sixth] = [...importance.values()]
      expect(Math.min(...importance.values())).toBeGreaterThanOrEqual(0)
      expect(first!).toBeGreaterThan(Math.max(fifth!, sixth!))
    })

    test('is the same, bit for bit, after saving and loading', async () => {
      const loaded = await definition.load(sourceOf(await model.save()))
      expect(loaded.capabilities).toEqual(definition.capabilities)
      expectSameBits(loaded.predictProba(held.x), model.predictProba(held.x))
      expect(loaded.contributions !== undefined).toBe(explains)
      if (explains)
        expectSameBits(contributionsOf(loaded, held.x).values, contributionsOf(model, held.x).values)
      expect([...loaded.importance()]).toEqual([...model.importance()])
      expect(loaded.featureNames).toEqual(model.featureNames)
      expect(loaded.rounds).toBe(model.rounds)
      loaded.dispose()
    })

    test('refuses to load damaged, empty or absent files', async () => {
      const files = await model.save()
      for (const name of files.keys()) {
        for (const content of ['{"format_version":1', '']) {
          const damaged = new Map(files).set(name, new TextEncoder().encode(content))
          await expectCode('damaged_bundle', () => definition.load(sourceOf(damaged)))
        }
        const without = new Map(files)
        without.delete(name)
        await expectCode('damaged_bundle', () => definition.load(sourceOf(without)))
      }
    })

    test('answers the same bits with any number of threads', async () => {
      const files = await model.save()
      const threaded = await definition.load({ ...sourceOf(files), threads: 2 })
      const many = logisticProblem({ rows: 5000, columns: 6, seed: 4 }).x
      expectSameBits(threaded.predictProba(many), model.predictProba(many))
      threaded.dispose()
    })

    test('names its libraries with their versions', async () => {
      for (const [library, version] of Object.entries(await definition.libraries())) {
        expect(library).toMatch(/^[a-z0-9_.-]+$/)
        expect(version).toMatch(/^\d+\./)
      }
    })

    test('is handed to other tools as one of its files, if at all', async () => {
      const portable = model.portable?.()
      if (portable === undefined) return
      expect([...(await model.save()).keys()]).toContain(portable.file)
      expect(new Set(portable.inputs).size).toBe(learn.x.columns)
      for (const text of [portable.flavour, portable.format, portable.version]) expect(text).not.toBe('')
    })

    test('refuses parameters that are unknown', async () => {
      await expectCode('invalid_blueprint', async () => definition.create({ no_such_parameter: 1 }))
    })

    test('refuses labels and weights that do not fit', async () => {
      const { x, y } = learn
      const fit = (labels: Uint8Array, more: Partial<FitOptions> = {}) =>
        create().fit(x, labels, { ...fitOptions, ...more })
      await expectCode('label_single_class', () => fit(new Uint8Array(x.rows)))
      await expectCode('label_single_class', () => fit(new Uint8Array(x.rows).fill(1)))
      await expectCode('label_invalid', () => fit(y.map((label) => label * 2)))
      await expectCode('length_mismatch', () => fit(y.subarray(1)))
      await expectCode('length_mismatch', () => fit(y, { weights: new Float64Array(3).fill(1) }))
      await expectCode('invalid_value', () => fit(y, { weights: new Float64Array(x.rows) }))
      const none = takeMatrixRows(x, new Uint32Array(0))
      await expectCode('empty_data', () => create().fit(none, new Uint8Array(0), fitOptions))
    })

    test('refuses other columns than it was fitted on', async () => {
      const narrow = logisticProblem({ rows: 5, columns: 5, seed: 1 }).x
      const renamed = { ...held.x, names: [...held.x.names].reverse() }
      const explain = (x: Matrix): unknown => contributionsOf(model, x)
      for (const read of [(x: Matrix) => model.predictProba(x), ...(explains ? [explain] : [])]) {
        await expectCode('length_mismatch', async () => read(narrow))
        await expectCode('missing_column', async () => read(renamed))
      }
    })

    test('refuses infinite numbers', async () => {
      const infinite = { ...learn.x, values: learn.x.values.with(9, Infinity) }
      await expectCode('infinite_value', () => create().fit(infinite, learn.y, fitOptions))
      await expectCode('infinite_value', async () => model.predictProba(infinite))
    })

    test('reads missing values, or refuses them with a code, as declared', async () => {
      const holes = { ...learn.x, values: learn.x.values.map((value, at) => (at % 10 === 3 ? NaN : value)) }
      if (!definition.capabilities.handlesMissing) {
        await expectCode('invalid_value', () => create().fit(holes, learn.y, fitOptions))
        await expectCode('invalid_value', async () => model.predictProba(holes))
        return
      }
      const fitted = await create().fit(holes, learn.y, fitOptions)
      expect(rocAuc(fitted.predictProba(holes), learn.y)).toBeGreaterThan(0.8)
      expect(fitted.predictProba(holes).every((probability) => probability >= 0 && probability <= 1)).toBe(
        true,
      )
      fitted.dispose()
    })

    test('answers the share of positive rows where there is nothing to learn', async () => {
      const constant = { ...learn.x, values: new Float32Array(learn.x.values.length).fill(0.1) }
      const share = learn.y.reduce((sum, label) => sum + label, 0) / learn.x.rows
      const fitted = await create().fit(constant, learn.y, fitOptions)
      const one = takeMatrixRows(constant, Uint32Array.of(0))
      expect(Math.abs(fitted.predictProba(one)[0]! - share)).toBeLessThan(shareTolerance)
      expect([...fitted.importance().values()]).toEqual(new Array(learn.x.columns).fill(0))
      if (explains)
        expect([...contributionsOf(fitted, one).values.subarray(0, learn.x.columns)]).toEqual(
          new Array(learn.x.columns).fill(0),
        )
      fitted.dispose()
    })

    supported('integer weights equal repeated rows', async () => {
      const weights = Float64Array.from({ length: learn.x.rows }, (_, i) => 1 + (i % 3))
      const repeated = Uint32Array.from(
        Array.from(weights, (weight, i) => new Array<number>(weight).fill(i)).flat(),
      )
      const byWeight = await create().fit(learn.x, learn.y, { ...fitOptions, weights })
      const byRows = await create().fit(
        takeMatrixRows(learn.x, repeated),
        Uint8Array.from(repeated, (row) => learn.y[row]!),
        fitOptions,
      )
      const left = byWeight.predictProba(held.x)
      const right = byRows.predictProba(held.x)
      const plain = model.predictProba(held.x)
      expect(distance(left, right)).toBeLessThanOrEqual(weightTolerance)
      expect(distance(left, plain)).toBeGreaterThan(weightTolerance)
      byWeight.dispose()
      byRows.dispose()
    })

    test('does not begin when aborted already', async () => {
      const signal = AbortSignal.abort()
      await expectCode('aborted', () => create().fit(learn.x, learn.y, { ...fitOptions, signal }))
    })

    supported('a fit can be aborted half way', async () => {
      const controller = new AbortController()
      let calls = 0
      const onProgress = (): void => {
        calls++
        controller.abort()
      }
      const options = { ...fitOptions, signal: controller.signal, onProgress }
      await expectCode('aborted', () => create().fit(big.x, big.y, options))
      expect(calls).toBe(1)
    })

    supported('a fit leaves the event loop free', async () => {
      let longest = 0
      let turns = 0
      let last = performance.now()
      const timer = setInterval(() => {
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        turns++
      }, 1)
      const started = performance.now()
      const fitted = await create().fit(big.x, big.y, fitOptions)
      const took = performance.now() - started
      longest = Math.max(longest, performance.now() - last)
      clearInterval(timer)
      fitted.dispose()
      expect(turns).toBeGreaterThan(1)
      // Where other work starves the process, what counts is that the fit is not one block.
      expect(longest).toBeLessThan(Math.max(200, took / 2))
    })

    test('reports progress that grows', async () => {
      const done: number[] = []
      const onProgress = (now: number, total: number): void => {
        expect(now).toBeLessThanOrEqual(total)
        done.push(now)
      }
      const fitted = await create().fit(learn.x, learn.y, { ...fitOptions, onProgress })
      expect(done.length).toBeGreaterThan(0)
      expect(done).toEqual([...done].sort((a, b) => a - b))
      fitted.dispose()
    })

    test('tells what it watches on the validation rows, once a round', async () => {
      const told: { name: string; value: number; round: number }[] = []
      const classifier = create()
      const fitted = await classifier.fit(learn.x, learn.y, {
        ...fitOptions,
        validation: held,
        onMetric: (metric) => told.push(metric),
      })
      const names = new Set(told.map(({ name }) => name))
      if (!classifier.usesValidation) expect(told).toEqual([])
      for (const name of names) {
        const rounds = told.filter((metric) => metric.name === name).map(({ round }) => round)
        expect(rounds).toEqual(Array.from(rounds, (_, round) => round))
        expect(rounds.length).toBeGreaterThanOrEqual(fitted.rounds)
      }
      expect(names.size > 0).toBe(classifier.usesValidation)
      expect(told.every(({ value }) => Number.isFinite(value))).toBe(true)
      fitted.dispose()
    })

    test('cannot be used after dispose', async () => {
      const fitted = await create().fit(learn.x, learn.y, fitOptions)
      fitted.dispose()
      fitted.dispose()
      expect(() => fitted.predictProba(held.x)).toThrow(TypeError)
      if (explains) expect(() => contributionsOf(fitted, held.x)).toThrow(TypeError)
      expect(() => fitted.importance()).toThrow(TypeError)
      await expect(fitted.save()).rejects.toThrow(TypeError)
    })
  })
}

function sourceOf(files: ModelFiles): SavedModel {
  return {
    read: (name) => {
      const bytes = files.get(name)
      return bytes === undefined ? Promise.reject(new Error(`there is no ${name}`)) : Promise.resolve(bytes)
    },
  }
}

function contributionsOf(model: FittedClassifier, x: Matrix): Contributions {
  if (model.contributions === undefined) throw new TypeError('The model has no contributions')
  return model.contributions(x)
}

async function expectCode(code: ErrorCode, run: () => Promise<unknown>): Promise<void> {
  let thrown: unknown
  try {
    await run()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ClaimsError)
  expect(thrown).toHaveProperty('code', code)
}

function expectSameBits(received: Float64Array, expected: Float64Array): void {
  expect(received).toHaveLength(expected.length)
  expect(received.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1)
}

function distance(left: Float64Array, right: Float64Array): number {
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0)
}

/** Share of pairs in the right order, ties counting half. */
function rocAuc(scores: Float64Array, target: Uint8Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let positives = 0
  let rankSum = 0
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++
    for (let i = from; i < to; i++) {
      if (target[order[i]!] !== 1) continue
      positives++
      rankSum += (from + to + 1) / 2
    }
    from = to
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives))
}
