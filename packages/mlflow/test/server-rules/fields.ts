import type { MlflowClient } from '../../src/index.ts'
import type { OddValue, ValueKind } from './odd-values.ts'

/** What a server has for the trials of one field. */
export interface Place {
  readonly client: MlflowClient
  readonly experimentId: string
  readonly runId: string
  readonly model: string
  readonly modelId: string
  /** Calls without what the client would refuse. */
  readonly send: (endpoint: string, request: object) => Promise<unknown>
  /** Of this trial; in names that must be new. */
  readonly count: number
}

type Value = OddValue['value']
type Answer = Readonly<Record<string, unknown>>

/** A field of a call, and how what a server made of its value is read. */
export interface TriedField {
  readonly kind: ValueKind
  readonly endpoint: string
  readonly request: (value: Value, place: Place) => object
  /** @returns the value that the server has now; undefined for none */
  readonly read: (value: Value, place: Place, answer: Answer) => Promise<unknown>
  /** Whether each trial needs a run and a logged model of its own. */
  readonly fresh?: boolean
  /** Makes room for the next trial. */
  readonly after?: (value: Value, place: Place, answer: Answer) => Promise<unknown>
}

interface Pair {
  readonly key: string
  readonly value: string
}

const time = 1_700_000_000_123
const key = ({ count, experimentId }: Place): string => `k${experimentId}-${count}`
const keyOf = (pairs: readonly Pair[], value: Value): string | undefined =>
  pairs.find((pair) => pair.key === value)?.key
const newKey = (pairs: readonly Pair[]): string | undefined =>
  pairs.findLast((pair) => !pair.key.startsWith('mlflow.') && pair.value === 'v')?.key
const valueOf = (pairs: readonly Pair[], name: string): string | undefined =>
  pairs.find((pair) => pair.key === name)?.value
const run = async ({ client, runId }: Place) => client.runs.get({ runId })
const made = async ({ client }: Place, answer: Answer) =>
  client.runs.get({ runId: idOf(answer, 'run', 'info', 'run_id') })
const experiment = async ({ client, experimentId }: Place) => client.experiments.get({ experimentId })
const logged = async ({ client, modelId }: Place) => client.loggedModels.get({ modelId })
const registered = async ({ client, model }: Place) => client.registeredModels.get({ name: model })
const version = async ({ client, model }: Place) => client.modelVersions.get({ name: model, version: '1' })
const point = async (place: Place, name = key(place)) =>
  (await run(place)).data.metrics.find((metric) => metric.key === name)

/** A text that an answer has somewhere. */
function idOf(answer: unknown, ...path: readonly string[]): string {
  let at: unknown = answer
  for (const name of path)
    at =
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([each]) => each === name)?.[1]
        : undefined
  return String(at)
}

/** Tries names and values of pairs in two calls: one that sets a pair, one that sets a list. */
function pairFields(
  of: string,
  endpoint: string,
  parts: {
    readonly keys?: ValueKind
    readonly request: (pair: object, place: Place) => object
    readonly read: (place: Place, answer: Answer) => Promise<readonly Pair[]>
    readonly after?: TriedField['after']
  },
): [string, TriedField][] {
  const { request, read, after } = parts
  const shared = { endpoint, ...(after && { after }) }
  return [
    [
      `${of} name`,
      {
        ...shared,
        kind: parts.keys ?? 'name',
        request: (value, place) => request({ key: value, value: 'v' }, place),
        read: async (value, place, answer) => {
          const pairs = await read(place, answer)
          return keyOf(pairs, value) ?? newKey(pairs)
        },
      },
    ],
    [
      `${of} value`,
      {
        ...shared,
        kind: 'text',
        request: (value, place) => request({ key: key(place), value }, place),
        read: async (_value, place, answer) => valueOf(await read(place, answer), key(place)),
      },
    ],
  ]
}

const pointOf = (place: Place): object => ({ key: key(place), value: 1, timestamp: time, step: 1 })
function pointFields(
  endpoint: string,
  request: (point: object, place: Place) => object,
): [string, TriedField][] {
  const field = (name: string, kind: ValueKind, property: string): [string, TriedField] => [
    `metric ${name}`,
    {
      kind,
      endpoint,
      request: (value, place) => request({ ...pointOf(place), [property]: value }, place),
      read: async (value, place) => {
        const found = await point(place, property === 'key' ? String(value) : key(place))
        return found && Object.entries(found).find(([each]) => each === property)?.[1]
      },
    },
  ]
  return [
    field('name', 'name', 'key'),
    field('step', 'step', 'step'),
    field('timestamp', 'time', 'timestamp'),
    field('value', 'value', 'value'),
  ]
}

const dataset = (place: Place): object => ({
  name: key(place),
  digest: 'd',
  sourceType: 'local',
  source: '{}',
})
function datasetField(property: string, kind: ValueKind): [string, TriedField] {
  return [
    `data set ${property}`,
    {
      kind,
      endpoint: 'runs.logInputs',
      request: (value, place) => ({
        runId: place.runId,
        datasets: [{ dataset: { ...dataset(place), [property]: value } }],
      }),
      read: async (value, place) => {
        const inputs = (await run(place)).inputs?.datasetInputs ?? []
        const found = inputs.find(({ dataset: each }) =>
          property === 'name' ? each.name === value : each.name === key(place),
        )
        // An empty text reads as absent.
        return found && (Object.entries(found.dataset).find(([each]) => each === property)?.[1] ?? '')
      },
    },
  ]
}

const renameExperiment = (place: Place, experimentId: string): Promise<unknown> =>
  place.client.experiments.update({ experimentId, newName: `was ${place.count} ${experimentId}` })

/** Every field that is tried, by name; two calls with one rule have two lists. */
export const triedFields: readonly (readonly [string, TriedField])[] = [
  ...pointFields('runs.logBatch', (each, { runId }) => ({ runId, metrics: [each] })),
  ...pointFields('runs.logMetric', (each, { runId }) => ({ runId, ...each })),
  ...pairFields('param', 'runs.logBatch', {
    request: (pair, { runId }) => ({ runId, params: [pair] }),
    read: async (place) => (await run(place)).data.params,
  }),
  ...pairFields('param', 'runs.logParam', {
    request: (pair, { runId }) => ({ runId, ...pair }),
    read: async (place) => (await run(place)).data.params,
  }),
  ...pairFields('run tag', 'runs.logBatch', {
    request: (pair, { runId }) => ({ runId, tags: [pair] }),
    read: async (place) => (await run(place)).data.tags,
  }),
  ...pairFields('run tag', 'runs.setTag', {
    request: (pair, { runId }) => ({ runId, ...pair }),
    read: async (place) => (await run(place)).data.tags,
  }),
  ...pairFields('run tag', 'runs.create', {
    request: (pair, { experimentId }) => ({ experimentId, startTime: time, tags: [pair] }),
    read: async (place, answer) => (await made(place, answer)).data.tags,
  }),
  [
    'run name',
    {
      kind: 'name',
      endpoint: 'runs.create',
      request: (runName, { experimentId }) => ({ experimentId, startTime: time, runName }),
      read: async (_, place, answer) => (await made(place, answer)).info.runName,
    },
  ],
  [
    'run name',
    {
      kind: 'name',
      endpoint: 'runs.update',
      request: (runName, { runId }) => ({ runId, runName }),
      read: async (_, place) => (await run(place)).info.runName,
      after: (_, { client, runId, count }) => client.runs.update({ runId, runName: `between ${count}` }),
    },
  ],
  [
    'run name as tag',
    {
      kind: 'name',
      endpoint: 'runs.create',
      request: (value, { experimentId }) => ({
        experimentId,
        startTime: time,
        tags: [{ key: 'mlflow.runName', value }],
      }),
      read: async (_, place, answer) => (await made(place, answer)).info.runName,
    },
  ],
  [
    'user',
    {
      kind: 'name',
      endpoint: 'runs.create',
      request: (userId, { experimentId }) => ({ experimentId, startTime: time, userId }),
      read: async (_, place, answer) => (await made(place, answer)).info.userId,
    },
  ],
  [
    'start time',
    {
      kind: 'time',
      endpoint: 'runs.create',
      request: (startTime, { experimentId }) => ({ experimentId, startTime }),
      read: async (_, place, answer) => (await made(place, answer)).info.startTime,
    },
  ],
  [
    'end time',
    {
      kind: 'time',
      endpoint: 'runs.update',
      request: (endTime, { runId }) => ({ runId, status: 'FINISHED', endTime }),
      read: async (_, place) => (await run(place)).info.endTime,
      after: (_, { client, runId, count }) =>
        client.runs.update({ runId, status: 'FINISHED', endTime: time + count }),
    },
  ],
  [
    'output step',
    {
      kind: 'step',
      fresh: true,
      endpoint: 'runs.logOutputs',
      request: (step, { runId, modelId }) => ({ runId, models: [{ modelId, step }] }),
      read: async (_, place) => (await run(place)).outputs?.modelOutputs.at(-1)?.step,
    },
  ],
  ...(['name', 'digest', 'sourceType'] as const).map((property) => datasetField(property, 'name')),
  datasetField('source', 'text'),
  ...(['schema', 'profile'] as const).map((property) => datasetField(property, 'longText')),
  ...pairFields('data set tag', 'runs.logInputs', {
    request: (pair, place) => ({ runId: place.runId, datasets: [{ tags: [pair], dataset: dataset(place) }] }),
    read: async (place) =>
      (await run(place)).inputs?.datasetInputs.find((input) => input.dataset.name === key(place))?.tags ?? [],
  }),
  [
    'experiment name',
    {
      kind: 'name',
      endpoint: 'experiments.create',
      request: (name) => ({ name }),
      read: async (_, { client }, answer) =>
        (await client.experiments.get({ experimentId: idOf(answer, 'experiment_id') })).name,
      after: (_, place, answer) => renameExperiment(place, idOf(answer, 'experiment_id')),
    },
  ],
  [
    'experiment name',
    {
      kind: 'name',
      endpoint: 'experiments.update',
      request: (newName, { experimentId }) => ({ experimentId, newName }),
      read: async (_, place) => (await experiment(place)).name,
      after: (_, place) => renameExperiment(place, place.experimentId),
    },
  ],
  ...pairFields('experiment tag', 'experiments.setTag', {
    request: (pair, { experimentId }) => ({ experimentId, ...pair }),
    read: async (place) => (await experiment(place)).tags,
  }),
  ...pairFields('experiment tag', 'experiments.create', {
    request: (pair, { count, experimentId }) => ({ name: `tagged ${experimentId} ${count}`, tags: [pair] }),
    read: async ({ client }, answer) =>
      (await client.experiments.get({ experimentId: idOf(answer, 'experiment_id') })).tags,
  }),
  [
    'registered model name',
    {
      kind: 'name',
      endpoint: 'registeredModels.create',
      request: (name) => ({ name }),
      read: (_, _place, answer) => Promise.resolve(idOf(answer, 'registered_model', 'name')),
      after: (_, { send }, answer) =>
        send('registeredModels.delete', { name: idOf(answer, 'registered_model', 'name') }),
    },
  ],
  [
    'registered model name',
    {
      kind: 'name',
      endpoint: 'registeredModels.rename',
      request: (newName, { model }) => ({ name: model, newName }),
      read: (_, _place, answer) => Promise.resolve(idOf(answer, 'registered_model', 'name')),
      after: (_, { send, model }, answer) =>
        send('registeredModels.rename', { name: idOf(answer, 'registered_model', 'name'), newName: model }),
    },
  ],
  [
    'registered model description',
    {
      kind: 'text',
      endpoint: 'registeredModels.update',
      request: (description, { model }) => ({ name: model, description }),
      read: async (_, place) => (await registered(place)).description,
    },
  ],
  ...pairFields('registered model tag', 'registeredModels.setTag', {
    request: (pair, { model }) => ({ name: model, ...pair }),
    read: async (place) => (await registered(place)).tags,
  }),
  ...pairFields('registered model tag', 'registeredModels.create', {
    request: (pair, { count, model }) => ({ name: `${model} ${count}`, tags: [pair] }),
    read: async ({ client, count, model }) =>
      (await client.registeredModels.get({ name: `${model} ${count}` })).tags,
    after: (_, { client, count, model }) => client.registeredModels.delete({ name: `${model} ${count}` }),
  }),
  [
    'alias',
    {
      kind: 'name',
      endpoint: 'registeredModels.setAlias',
      request: (alias, { model }) => ({ name: model, alias, version: '1' }),
      read: async (_, place) => (await registered(place)).aliases.at(-1)?.alias,
      after: async (_, place) => {
        for (const { alias } of (await registered(place)).aliases)
          await place.client.registeredModels.deleteAlias({ name: place.model, alias })
      },
    },
  ],
  [
    'version description',
    {
      kind: 'text',
      endpoint: 'modelVersions.update',
      request: (description, { model }) => ({ name: model, version: '1', description }),
      read: async (_, place) => (await version(place)).description,
    },
  ],
  ...pairFields('version tag', 'modelVersions.setTag', {
    request: (pair, { model }) => ({ name: model, version: '1', ...pair }),
    read: async (place) => (await version(place)).tags,
  }),
  ...pairFields('version tag', 'modelVersions.create', {
    request: (pair, { model }) => ({ name: model, source: 's3://bucket/model', tags: [pair] }),
    read: async ({ client, model }, answer) =>
      (await client.modelVersions.get({ name: model, version: idOf(answer, 'model_version', 'version') }))
        .tags,
  }),
  [
    'logged model name',
    {
      kind: 'name',
      endpoint: 'loggedModels.create',
      request: (name, { experimentId }) => ({ experimentId, name }),
      read: (_, _place, answer) => Promise.resolve(idOf(answer, 'model', 'info', 'name')),
    },
  ],
  [
    'logged model type',
    {
      kind: 'name',
      endpoint: 'loggedModels.create',
      request: (modelType, { experimentId }) => ({ experimentId, modelType }),
      read: async (_, { client }, answer) =>
        (await client.loggedModels.get({ modelId: idOf(answer, 'model', 'info', 'model_id') })).info
          .modelType,
    },
  ],
  ...pairFields('logged model tag', 'loggedModels.setTags', {
    request: (pair, { modelId }) => ({ modelId, tags: [pair] }),
    read: async (place) => (await logged(place)).info.tags,
  }),
  ...pairFields('logged model param', 'loggedModels.logParams', {
    request: (pair, { modelId }) => ({ modelId, params: [pair] }),
    read: async (place) => (await logged(place)).data.params,
  }),
  ...pairFields('logged model tag', 'loggedModels.create', {
    request: (pair, { experimentId }) => ({ experimentId, tags: [pair] }),
    read: async ({ client }, answer) =>
      (await client.loggedModels.get({ modelId: idOf(answer, 'model', 'info', 'model_id') })).info.tags,
  }),
  ...pairFields('logged model param', 'loggedModels.create', {
    request: (pair, { experimentId }) => ({ experimentId, params: [pair] }),
    read: async ({ client }, answer) =>
      (await client.loggedModels.get({ modelId: idOf(answer, 'model', 'info', 'model_id') })).data.params,
  }),
]
