import {
  batchPredictionSchema,
  evaluationSchema,
  manifestSchema,
  policySchema,
  predictionSchema,
  problemSchema,
} from '@claims/contracts'
import { z } from 'zod'
import type { ApiLimits } from '../api-limits.ts'
import type { JsonSchema } from '../claim-json-schema.ts'
import type { ServedModel } from '../model-holder.ts'
import { toPrediction } from '../scoring/to-prediction.ts'

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Record<string, unknown>

/**
 * The api's description: schemas from the product's contracts, the claim's from the columns of the served model, and
 * an example that this model scored.
 *
 * @param model the model that serves
 * @param options limits, the product's version, and whether the api shows a registry
 * @returns an OpenAPI 3.1 document
 */
export function buildOpenApi(
  model: ServedModel,
  options: { limits: ApiLimits; version: string; registry: boolean },
): OpenApiDocument {
  const { limits, version } = options
  const batch = `at most ${String(limits.batchClaims)}`
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claims API',
      version,
      description: `Scores claims with the model ${model.name}, version ${model.version}: a calibrated probability, a decision and its reasons.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'predictions' }, { name: 'models' }, { name: 'operation' }],
    paths: {
      '/api/v1/predict': {
        post: {
          ...{ operationId: 'predict', tags: ['predictions'], summary: 'Score one claim' },
          requestBody: jsonRequest('Claim', model.example),
          responses: {
            200: jsonAnswer('The prediction', 'Prediction', examplePrediction(model)),
            ...problems(...always, 408, 413, 415, 422, 503),
          },
        },
      },
      '/api/v1/predict/batch': {
        post: {
          ...{ operationId: 'predictBatch', tags: ['predictions'], summary: `Score many claims, ${batch}` },
          description: 'The answer holds one prediction or error per claim, in order.',
          requestBody: jsonRequest('ClaimBatch', { claims: [model.example] }),
          responses: {
            200: jsonAnswer('A prediction or an error per claim', 'BatchPrediction'),
            ...problems(...always, 408, 413, 415, 503),
          },
        },
      },
      '/api/v1/models/current': get({
        ...{ operationId: 'currentModel', tag: 'models', name: 'CurrentModel', failures: [503] },
        summary: 'The model that serves, and how good it is',
      }),
      ...(options.registry ? registryPaths() : {}),
      '/health/live': get({ operationId: 'live', summary: 'Whether the process runs', name: 'Live' }),
      '/health/ready': get({
        ...{ operationId: 'ready', summary: 'Whether claims can be scored', name: 'Ready', failures: [503] },
      }),
      '/health': get({
        ...{ operationId: 'health', summary: 'The state of each dependency', name: 'Health' },
        others: { 503: jsonAnswer('It cannot score', 'Health') },
      }),
      '/metrics': {
        get: {
          ...{
            operationId: 'metrics',
            tags: ['operation'],
            summary: 'Metrics in the text format of Prometheus',
          },
          responses: {
            200: { description: 'The metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
            ...problems(...always),
          },
        },
      },
      '/openapi.json': {
        get: {
          ...{ operationId: 'openApi', tags: ['operation'], summary: 'This description' },
          responses: {
            200: { description: 'It', content: { 'application/json': { schema: { type: 'object' } } } },
            ...problems(...always, 503),
          },
        },
      },
    },
    components: { schemas: schemas(model, limits), responses: problemResponses() },
  }
}

/** What every route may answer: malformed requests, another method, expectations and headers, and a defect of ours. */
const always = [400, 405, 417, 431, 500] as const

interface GetRoute {
  readonly operationId: string
  readonly summary: string
  /** Name of the schema of the answer. */
  readonly name: string
  readonly tag?: 'operation' | 'models'
  readonly parameters?: readonly unknown[]
  readonly failures?: readonly number[]
  /** Other answers by status. */
  readonly others?: Readonly<Record<number, unknown>>
}

function get({ operationId, summary, name, tag = 'operation', ...route }: GetRoute): unknown {
  return {
    get: {
      ...{ operationId, tags: [tag], summary },
      ...(route.parameters === undefined ? {} : { parameters: route.parameters }),
      responses: {
        200: jsonAnswer(summary, name),
        ...route.others,
        ...problems(...always, ...(route.failures ?? [])),
      },
    },
  }
}

function registryPaths(): Record<string, unknown> {
  const parameter = (name: string, schema: JsonSchema, example: string): unknown => {
    return { name, in: 'path', required: true, schema: { type: 'string', ...schema }, example }
  }
  const model = parameter('name', { pattern: '^[a-z][a-z0-9-]*$', maxLength: 100 }, 'auto-fraud')
  return {
    '/api/v1/models': get({
      ...{ operationId: 'listModels', tag: 'models', name: 'ModelList' },
      summary: 'The registered models and their aliases, and the models whose history is damaged',
    }),
    '/api/v1/models/{name}/versions': get({
      ...{ operationId: 'listVersions', tag: 'models', name: 'VersionsPage', failures: [404] },
      summary: 'Versions of a model with their stages, the newest first, by pages',
      parameters: [
        model,
        { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 50 } },
        { name: 'cursor', in: 'query', schema: { type: 'string' }, description: '`next` of the page before' },
      ],
    }),
    '/api/v1/models/{name}/versions/{version}': get({
      ...{ operationId: 'modelVersion', tag: 'models', name: 'ModelVersion', failures: [404, 410] },
      summary: 'A registered version and how good it is',
      parameters: [model, parameter('version', { pattern: '^[1-9][0-9]*$', maxLength: 9 }, '1')],
    }),
  }
}

function schemas(model: ServedModel, limits: ApiLimits): Record<string, JsonSchema> {
  const claims = { type: 'array', maxItems: limits.batchClaims, items: reference('Claim') }
  return {
    Claim: model.inputSchema,
    ClaimBatch: {
      anyOf: [{ type: 'object', properties: { claims }, required: ['claims'] }, claims],
    },
    Prediction: jsonSchema(predictionSchema),
    BatchPrediction: jsonSchema(batchPredictionSchema),
    Evaluation: jsonSchema(evaluationSchema),
    Problem: jsonSchema(problemSchema),
    ...operationSchemas(),
    CurrentModel: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        version: { type: 'string' },
        since: { type: 'string', format: 'date-time' },
        headline: jsonSchema(manifestSchema.shape.headline),
        model: jsonSchema(manifestSchema.shape.model),
        policy: jsonSchema(policySchema),
        evaluation: reference('Evaluation'),
        input_schema: { type: 'object', description: 'JSON Schema of a claim' },
      },
      required: ['name', 'version', 'since', 'headline', 'model', 'policy', 'evaluation', 'input_schema'],
    },
  }
}

function operationSchemas(): Record<string, JsonSchema> {
  const text = { type: 'string' }
  const time = { type: 'string', format: 'date-time' }
  const state = { type: 'string', enum: ['up', 'down', 'idle'] }
  const texts = (schema: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: schema })
  const stages = ['None', 'Staging', 'Production', 'Archived']
  const ending: JsonSchema = {
    anyOf: [object({ time, actor: text, reason: text }), { type: 'null' }],
  }
  const version = {
    ...{ name: text, version: text, registered_at: time, notes: text, manifest_sha256: text },
    model: jsonSchema(manifestSchema.shape.model),
    headline: jsonSchema(manifestSchema.shape.headline),
    aliases: { type: 'array', items: text },
    ...{ stage: { type: 'string', enum: stages }, description: text, tags: texts(text) },
    ...{ retired: ending, deleted: ending },
  }
  return {
    Live: object({ status: { const: 'up' } }),
    Ready: object({ status: { const: 'ready' }, model_name: text, model_version: text }),
    Health: object({
      status: { type: 'string', enum: ['up', 'degraded', 'down', 'shutting_down'] },
      environment: text,
      dependencies: {
        ...object({
          process: object({ status: state, uptime_seconds: { type: 'integer', minimum: 0 } }),
          model: {
            ...object({ status: state }),
            properties: {
              ...{ status: state, name: text, version: text, since: time },
              ...{ last_failure: text, last_problem: text },
            },
          },
        }),
      },
    }),
    ModelList: object({
      models: {
        type: 'array',
        items: object({
          ...{ name: text, latest_version: text, versions: { type: 'integer', minimum: 1 } },
          ...{ aliases: texts(text), stages: texts(text) },
        }),
      },
      damaged: { type: 'array', items: object({ name: text, code: text, title: text }) },
    }),
    VersionsPage: object({
      ...{ name: text, versions: { type: 'array', items: object(version) } },
      ...{ total: { type: 'integer', minimum: 1 }, next: { type: ['string', 'null'] } },
    }),
    ModelVersion: object({
      ...version,
      evaluation: reference('Evaluation'),
      input_schema: { type: 'object', description: 'JSON Schema of a claim' },
    }),
  }
}

/** An object that has each of these. */
function object(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) }
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'output' })
  return rest
}

function examplePrediction(model: ServedModel): unknown {
  const { exampleScore, since } = model
  if (!exampleScore.ok) return undefined
  return toPrediction(exampleScore, {
    model,
    warnings: exampleScore.warnings,
    processingTimeMs: 0.4,
    timestamp: since.toISOString(),
    requestId: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
  })
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  404: 'It does not exist',
  405: 'This address does not take this method',
  408: 'The request did not arrive in time',
  410: 'It was there and is deleted',
  413: 'The body, or its structure, is larger than allowed',
  415: 'The body is not JSON in UTF-8, or packed in an unknown way',
  417: 'The expectation cannot be met',
  422: 'The claim is not valid; each field’s problem is listed',
  431: 'The headers are larger than allowed',
  500: 'A defect on our side; the request id finds it in the log',
  503: 'Not ready to score, too busy, or interrupted',
}

function problems(...statuses: readonly number[]): Record<number, unknown> {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Problem${String(status)}` }]),
  )
}

function problemResponses(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meanings).map(([status, description]) => [
      `Problem${status}`,
      { description, content: { 'application/problem+json': { schema: reference('Problem') } } },
    ]),
  )
}

function jsonRequest(name: string, example: unknown): unknown {
  return { required: true, content: { 'application/json': { schema: reference(name), example } } }
}

function jsonAnswer(description: string, name: string, example?: unknown): unknown {
  const content = { schema: reference(name), ...(example === undefined ? {} : { example }) }
  return { description, content: { 'application/json': content } }
}

function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}
