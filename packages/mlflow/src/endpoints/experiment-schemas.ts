import { z } from 'zod'
import { namedProblem } from './given-problems.ts'
import {
  atMost,
  givenKey,
  keyValues,
  name,
  nothing,
  paged,
  ruled,
  search,
  viewType,
  whole,
} from './wire-types.ts'

export const experiment = z.object({
  experimentId: z.string(),
  name: z.string(),
  artifactLocation: z.string().default(''),
  lifecycleStage: z.string().default('active'),
  creationTime: whole.optional(),
  lastUpdateTime: whole.optional(),
  tags: keyValues,
})
const one = z.object({ experiment }).transform((answer) => answer.experiment)
const byId = z.strictObject({ experimentId: name })
const experimentName = ruled(namedProblem(256))
/** MLflow 2 takes 5,000 characters, and says so. */
const givenTag = { key: givenKey, value: atMost(20_000) }
const datasetSummary = z.object({
  experimentId: z.string(),
  name: z.string(),
  digest: z.string(),
  context: z.string().optional(),
})

export const experimentSchemas = {
  getByName: { request: z.strictObject({ experimentName: name }), response: one },
  create: {
    request: z.strictObject({
      name: experimentName,
      artifactLocation: z.string().optional(),
      tags: z.array(z.strictObject(givenTag)).optional(),
    }),
    response: z.object({ experimentId: z.string() }).transform(({ experimentId }) => experimentId),
  },
  searchPage: {
    request: z.strictObject({ ...search, viewType: viewType.optional() }),
    response: paged(z.array(experiment), 'experiments'),
  },
  get: { request: byId, response: one },
  delete: { request: byId, response: nothing },
  restore: { request: byId, response: nothing },
  update: { request: z.strictObject({ experimentId: name, newName: experimentName }), response: nothing },
  setTag: {
    request: z.strictObject({ experimentId: name, ...givenTag }),
    response: nothing,
  },
  deleteTag: { request: z.strictObject({ experimentId: name, key: name }), response: nothing },
  searchDatasets: {
    request: z.strictObject({ experimentIds: z.array(name).min(1) }),
    response: z
      .object({ datasetSummaries: z.array(datasetSummary).default([]) })
      .transform(({ datasetSummaries }) => datasetSummaries),
  },
}
