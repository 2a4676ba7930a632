import { z } from 'zod'
import { fileInfo } from './artifact-schemas.ts'
import { aliasProblem, loggedModelNameProblem, modelNameProblem, namedProblem } from './given-problems.ts'
import {
  atMost,
  givenKey,
  keyValues,
  metric,
  name,
  nothing,
  page,
  paged,
  ruled,
  search,
  whole,
} from './wire-types.ts'

const modelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const

export const loggedModel = z.object({
  info: z.object({
    modelId: z.string(),
    experimentId: z.string(),
    name: z.string().default(''),
    creationTimestampMs: whole.optional(),
    lastUpdatedTimestampMs: whole.optional(),
    artifactUri: z.string(),
    status: z.enum(modelStatuses).or(z.string()).optional(),
    statusMessage: z.string().optional(),
    modelType: z.string().optional(),
    sourceRunId: z.string().optional(),
    tags: keyValues,
    registrations: z.array(z.object({ name: z.string(), version: z.string() })).default([]),
  }),
  data: z
    .object({ params: keyValues, metrics: z.array(metric).default([]) })
    .default({ params: [], metrics: [] }),
})
/** Tags and params of a logged model have no rule for keys. */
const loggedPair = z.strictObject({ key: ruled(namedProblem(255)), value: z.string() })
const one = z.object({ model: loggedModel }).transform(({ model }) => model)
const byId = z.strictObject({ modelId: name })

export const loggedModelSchemas = {
  create: {
    request: z.strictObject({
      experimentId: name,
      name: ruled(loggedModelNameProblem).optional(),
      modelType: atMost(500).optional(),
      sourceRunId: z.string().optional(),
      params: z.array(loggedPair).optional(),
      tags: z.array(loggedPair).optional(),
    }),
    response: one,
  },
  finalize: { request: z.strictObject({ modelId: name, status: z.enum(modelStatuses) }), response: one },
  get: { request: byId, response: one },
  delete: { request: byId, response: nothing },
  searchPage: {
    request: z.strictObject({
      experimentIds: z.array(name).min(1),
      filter: z.string().optional(),
      datasets: z
        .array(z.strictObject({ datasetName: name, datasetDigest: z.string().optional() }))
        .optional(),
      orderBy: z
        .array(
          z.strictObject({
            fieldName: name,
            ascending: z.boolean().optional(),
            datasetName: z.string().optional(),
            datasetDigest: z.string().optional(),
          }),
        )
        .optional(),
      ...page,
    }),
    response: paged(z.array(loggedModel), 'models'),
  },
  setTags: {
    request: z.strictObject({ modelId: name, tags: z.array(loggedPair) }),
    response: nothing,
  },
  deleteTag: { request: z.strictObject({ modelId: name, tagKey: name }), response: nothing },
  listArtifactsPage: {
    request: z.strictObject({
      modelId: name,
      artifactDirectoryPath: z.string().optional(),
      pageToken: z.string().optional(),
    }),
    response: z
      .object({
        rootUri: z.string().default(''),
        files: z.array(fileInfo).default([]),
        nextPageToken: z.string().optional(),
      })
      .transform(({ files, ...rest }) => ({ items: files, ...rest })),
  },
  logParams: {
    request: z.strictObject({ modelId: name, params: z.array(loggedPair) }),
    response: nothing,
  },
}

export const modelVersion = z.object({
  name: z.string(),
  version: z.union([z.string(), z.int()]).transform(String),
  creationTimestamp: whole.optional(),
  lastUpdatedTimestamp: whole.optional(),
  userId: z.string().optional(),
  currentStage: z.string().optional(),
  description: z.string().default(''),
  source: z.string().default(''),
  runId: z.string().default(''),
  runLink: z.string().optional(),
  modelId: z.string().optional(),
  status: z.enum(['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY']).or(z.string()).default('READY'),
  statusMessage: z.string().optional(),
  tags: keyValues,
  aliases: z.array(z.string()).default([]),
})
export const registeredModel = z.object({
  name: z.string(),
  creationTimestamp: whole.optional(),
  lastUpdatedTimestamp: whole.optional(),
  userId: z.string().optional(),
  description: z.string().default(''),
  latestVersions: z.array(modelVersion).default([]),
  tags: keyValues,
  aliases: z
    .array(z.object({ alias: z.string(), version: z.union([z.string(), z.int()]).transform(String) }))
    .default([]),
})
const registered = z.object({ registeredModel }).transform((answer) => answer.registeredModel)
const versioned = z.object({ modelVersion }).transform((answer) => answer.modelVersion)
const versions = z
  .object({ modelVersions: z.array(modelVersion).default([]) })
  .transform(({ modelVersions }) => modelVersions)
const modelName = ruled(modelNameProblem)
const alias = ruled(aliasProblem)
const modelTag = { key: givenKey, value: atMost(5000) }
/** MLflow 2 takes 5,000 characters, and says so. */
const versionTag = { key: givenKey, value: atMost(100_000) }
const description = atMost(5000)
const version = z.string().regex(/^\d+$/, 'must be the number of a version as text, such as "3"')
const byName = z.strictObject({ name })
const byVersion = z.strictObject({ name, version })

export const registeredModelSchemas = {
  create: {
    request: z.strictObject({
      name: modelName,
      description: description.optional(),
      tags: z.array(z.strictObject(modelTag)).optional(),
    }),
    response: registered,
  },
  rename: { request: z.strictObject({ name, newName: modelName }), response: registered },
  update: { request: z.strictObject({ name, description }), response: registered },
  delete: { request: byName, response: nothing },
  get: { request: byName, response: registered },
  searchPage: {
    request: z.strictObject(search),
    response: paged(z.array(registeredModel), 'registeredModels'),
  },
  getLatestVersions: {
    request: z.strictObject({ name, stages: z.array(name).optional() }),
    response: versions,
  },
  setTag: { request: z.strictObject({ name, ...modelTag }), response: nothing },
  deleteTag: { request: z.strictObject({ name, key: name }), response: nothing },
  setAlias: { request: z.strictObject({ name, alias, version }), response: nothing },
  deleteAlias: { request: z.strictObject({ name, alias: name }), response: nothing },
  getVersionByAlias: { request: z.strictObject({ name, alias: name }), response: versioned },
}

export const modelVersionSchemas = {
  create: {
    request: z.strictObject({
      name,
      source: name,
      runId: z.string().optional(),
      modelId: z.string().optional(),
      runLink: z.string().optional(),
      description: description.optional(),
      tags: z.array(z.strictObject(versionTag)).optional(),
    }),
    response: versioned,
  },
  update: { request: z.strictObject({ name, version, description }), response: versioned },
  transitionStage: {
    request: z.strictObject({
      name,
      version,
      stage: z.enum(['None', 'Staging', 'Production', 'Archived']),
      archiveExistingVersions: z.boolean(),
    }),
    response: versioned,
  },
  delete: { request: byVersion, response: nothing },
  get: { request: byVersion, response: versioned },
  searchPage: {
    request: z.strictObject(search),
    response: paged(z.array(modelVersion), 'modelVersions'),
  },
  getDownloadUri: {
    request: byVersion,
    response: z.object({ artifactUri: z.string() }).transform(({ artifactUri }) => artifactUri),
  },
  setTag: { request: z.strictObject({ name, version, ...versionTag }), response: nothing },
  deleteTag: { request: z.strictObject({ name, version, key: name }), response: nothing },
}
