import { z } from 'zod'
import { namedProblem } from './given-problems.ts'
import {
  atMost,
  givenEndTime,
  givenMetric,
  givenParam,
  givenStep,
  givenTag,
  givenTime,
  keyValues,
  metric,
  name,
  nothing,
  paged,
  ruled,
  search,
  step,
  viewType,
  whole,
} from './wire-types.ts'

const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const

export const runInfo = z.object({
  runId: z.string(),
  experimentId: z.string(),
  runName: z.string().default(''),
  userId: z.string().optional(),
  status: z.enum(statuses).or(z.string()).default('RUNNING'),
  startTime: whole.optional(),
  endTime: whole.optional(),
  artifactUri: z.string().default(''),
  lifecycleStage: z.string().default('active'),
})
export const dataset = z.object({
  name: z.string(),
  digest: z.string(),
  sourceType: z.string().optional(),
  source: z.string().optional(),
  schema: z.string().optional(),
  profile: z.string().optional(),
})
export const run = z.object({
  info: runInfo,
  data: z
    .object({ metrics: z.array(metric).default([]), params: keyValues, tags: keyValues })
    .default({ metrics: [], params: [], tags: [] }),
  inputs: z
    .object({
      datasetInputs: z.array(z.object({ tags: keyValues, dataset })).default([]),
      modelInputs: z.array(z.object({ modelId: z.string() })).default([]),
    })
    .optional(),
  outputs: z
    .object({ modelOutputs: z.array(z.object({ modelId: z.string(), step: step.default(0) })).default([]) })
    .optional(),
})
const one = z.object({ run }).transform((answer) => answer.run)
const byId = z.strictObject({ runId: name })
/** A server invents a name for a run that is made with an empty one, and ignores it for one that is there. */
const runName = ruled(namedProblem(250))
const givenDataset = z.strictObject({
  name: ruled(namedProblem(500)),
  digest: ruled(namedProblem(36)),
  sourceType: ruled(namedProblem(36)),
  source: atMost(65_535),
  schema: atMost(1_048_575).optional(),
  profile: atMost(16_777_215).optional(),
})
const datasetTag = z.strictObject({ key: ruled(namedProblem(255)), value: atMost(500) })
const runNameProblem = namedProblem(250)
/** Tags of a run that is made have no rule for keys; one of them is its name. */
const tagOfNewRun = z
  .strictObject({ key: atMost(250), value: atMost(8000) })
  .superRefine(({ key, value }, context) => {
    const message = key === 'mlflow.runName' ? runNameProblem(value) : undefined
    if (message !== undefined)
      context.addIssue({ code: 'custom', path: ['value'], message: `${message}, as the name of a run` })
  })

export const runSchemas = {
  create: {
    request: z.strictObject({
      experimentId: name,
      runName: runName.optional(),
      userId: atMost(256).optional(),
      startTime: givenTime.optional(),
      tags: z.array(tagOfNewRun).optional(),
    }),
    response: one,
  },
  update: {
    request: z.strictObject({
      runId: name,
      status: z.enum(statuses).optional(),
      endTime: givenEndTime.optional(),
      runName: runName.optional(),
    }),
    response: z.object({ runInfo }).transform((answer) => answer.runInfo),
  },
  delete: { request: byId, response: nothing },
  restore: { request: byId, response: nothing },
  logMetric: {
    request: givenMetric.extend({ runId: name }),
    response: nothing,
  },
  logParam: { request: givenParam.extend({ runId: name }), response: nothing },
  setTag: { request: givenTag.extend({ runId: name }), response: nothing },
  deleteTag: { request: z.strictObject({ runId: name, key: name }), response: nothing },
  logBatch: {
    request: z.strictObject({
      runId: name,
      metrics: z.array(givenMetric).optional(),
      params: z.array(givenParam).optional(),
      tags: z.array(givenTag).optional(),
    }),
    response: nothing,
  },
  logModel: { request: z.strictObject({ runId: name, modelJson: name }), response: nothing },
  logInputs: {
    request: z.strictObject({
      runId: name,
      datasets: z
        .array(z.strictObject({ tags: z.array(datasetTag).optional(), dataset: givenDataset }))
        .optional(),
      models: z.array(z.strictObject({ modelId: name })).optional(),
    }),
    response: nothing,
  },
  logOutputs: {
    request: z.strictObject({
      runId: name,
      models: z.array(z.strictObject({ modelId: name, step: givenStep.optional() })),
    }),
    response: nothing,
  },
  searchPage: {
    request: z.strictObject({
      ...search,
      experimentIds: z.array(name).min(1),
      runViewType: viewType.optional(),
    }),
    response: paged(z.array(run), 'runs'),
  },
  get: { request: byId, response: one },
}

export const metricSchemas = {
  getHistoryPage: {
    request: z.strictObject({
      runId: name,
      metricKey: name,
      maxResults: z.int().min(1).optional(),
      pageToken: z.string().optional(),
    }),
    response: paged(z.array(metric), 'metrics'),
  },
  getHistoryBulkInterval: {
    request: z.strictObject({
      runIds: z.array(name).min(1),
      metricKey: name,
      startStep: z.int().optional(),
      endStep: z.int().optional(),
      maxResults: z.int().min(1).optional(),
    }),
    response: z.object({ metrics: z.array(metric).default([]) }).transform(({ metrics }) => metrics),
  },
}
