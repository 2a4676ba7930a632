import { batchPredictionSchema, evaluationSchema, predictionSchema, problemSchema } from '@claims/contracts'
import { z } from 'zod'
import type { JsonSchema } from '../claim-json-schema.ts'
import type { ServedModel } from '../model-holder.ts'
import type { ApiLimits } from '../routes/predict.ts'
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
            ...problems(400, 413, 415, 422, 500, 503),
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
            ...problems(400, 413, 415, 500, 503),
          },
        },
      },
      '/api/v1/models/current': {
        get: {
          ...{
            operationId: 'currentModel',
            tags: ['models'],
            summary: 'The model that serves, and how good it is',
          },
          responses: { 200: jsonAnswer('The model', 'CurrentModel'), ...problems(503) },
        },
      },
      ...(options.registry ? registryPaths() : {}),
      '/health/live': operation('live', 'Whether the process runs', [200]),
      '/health/ready': operation('ready', 'Whether claims can be scored', [200, 503]),
      '/health': operation('health', 'The state of each dependency', [200, 503]),
      '/metrics': operation('metrics', 'Metrics in the text format of Prometheus', [200]),
    },
    components: { schemas: schemas(model, limits), responses: problemResponses() },
  }
}

function registryPaths(): Record<string, unknown> {
  const parameter = (name: string, example: string): unknown => {
    return { name, in: 'path', required: true, schema: { type: 'string' }, example }
  }
  return {
    '/api/v1/models': {
      get: {
        ...{
          operationId: 'listModels',
          tags: ['models'],
          summary: 'The registered models and their aliases',
        },
        responses: { 200: { description: 'The models' } },
      },
    },
    '/api/v1/models/{name}/versions/{version}': {
      get: {
        ...{
          operationId: 'modelVersion',
          tags: ['models'],
          summary: 'A registered version and how good it is',
        },
        parameters: [parameter('name', 'auto-fraud'), parameter('version', '1')],
        responses: { 200: { description: 'The version, its evaluation and schema' }, ...problems(400, 404) },
      },
    },
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
    CurrentModel: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        version: { type: 'string' },
        since: { type: 'string', format: 'date-time' },
        headline: { type: 'object' },
        model: { type: 'object' },
        policy: { type: 'object' },
        evaluation: reference('Evaluation'),
        input_schema: { type: 'object', description: 'JSON Schema of a claim' },
      },
      required: ['name', 'version', 'since', 'headline', 'model', 'policy', 'evaluation', 'input_schema'],
    },
  }
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
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The claim is not valid; each field’s problem is listed',
  500: 'A defect on our side; the request id finds it in the log',
  503: 'Not ready to score',
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

function operation(operationId: string, summary: string, statuses: readonly number[]): unknown {
  const [ok, ...failures] = statuses
  const answers = ok === undefined ? {} : { [ok]: { description: summary } }
  return {
    get: { operationId, tags: ['operation'], summary, responses: { ...answers, ...problems(...failures) } },
  }
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
