import { randomUUID } from 'node:crypto'
import { mlflowError } from '../../src/http/failures.ts'
import { toSnakeCase } from '../../src/http/names.ts'
import { parseJson } from '../../src/http/parse-json.ts'
import { olderThan } from '../../src/http/versions.ts'
import { endpoints, MlflowClient } from '../../src/index.ts'
import { triedFields, type Place, type TriedField } from './fields.ts'
import { oddValues, type OddValue } from './odd-values.ts'
import { rowOf, type Outcomes } from './rules.ts'

interface EndpointFacts {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly since: string
}

const all: ReadonlyMap<string, EndpointFacts> = new Map(
  Object.values(endpoints)
    .flatMap((group: Readonly<Record<string, EndpointFacts>>) => Object.values(group))
    .map((endpoint) => [endpoint.name, endpoint]),
)

/**
 * Tries each odd value on a server, without what the client would refuse.
 *
 * @param trackingUri a server that nobody else uses
 * @param version its version
 * @param only which rows; default all that the version has
 */
export async function tryValues(
  trackingUri: string,
  version: string,
  only?: ReadonlySet<string>,
): Promise<Outcomes> {
  const client = new MlflowClient({ trackingUri, retries: 0 })
  const send = sender(trackingUri)
  const outcomes: Record<string, Record<string, string[]>> = {}
  for (const [name, field] of triedFields) {
    const endpoint = all.get(field.endpoint)
    if (endpoint === undefined) throw new TypeError(`no endpoint ${field.endpoint}`)
    const row = rowOf(name, field)
    if (olderThan(version, endpoint.since) || only?.has(row) === false) continue
    let place = await newPlace(client, version)
    const outcome: Record<string, string[]> = {}
    for (const [count, odd] of oddValues[field.kind].entries()) {
      if (field.fresh === true && count > 0) place = await newPlace(client, version)
      const what = await tryValue(field, odd, { place: { ...place, count, send }, send })
      if (what !== undefined) (outcome[what] ??= []).push(odd.label)
    }
    outcomes[row] = outcome
  }
  return outcomes
}

type Answer =
  | { readonly refused: string; readonly parsed?: never }
  | { readonly refused?: never; readonly parsed: Readonly<Record<string, unknown>> }
type Send = (endpoint: string, request: object) => Promise<Answer>

/** Sends calls as the client does, without its checks. */
function sender(trackingUri: string): Send {
  return async (name, request) => {
    const endpoint = all.get(name)
    if (endpoint === undefined) throw new TypeError(`no endpoint ${name}`)
    const body = toSnakeCase(request) as Readonly<Record<string, unknown>>
    const answer = await fetch(
      `${trackingUri}${endpoint.path.replace('{model_id}', String(body['model_id']))}`,
      {
        method: endpoint.method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    )
    const text = await answer.text()
    return answer.ok
      ? { parsed: parseJson(text) as Readonly<Record<string, unknown>> }
      : { refused: `${answer.status} ${mlflowError(text)?.errorCode ?? 'without a code'}` }
  }
}

async function newPlace(client: MlflowClient, version: string): Promise<Omit<Place, 'count' | 'send'>> {
  const model = `model ${randomUUID()}`
  const experimentId = await client.experiments.create({ name: `trials ${randomUUID()}` })
  const { info } = await client.runs.create({ experimentId, startTime: Date.now() })
  await client.registeredModels.create({ name: model })
  await client.modelVersions.create({ name: model, source: 's3://bucket/model' })
  const modelId = olderThan(version, '3.0')
    ? ''
    : (await client.loggedModels.create({ experimentId })).info.modelId
  return { client, experimentId, runId: info.runId, model, modelId }
}

async function tryValue(
  field: TriedField,
  odd: OddValue,
  { place, send }: { readonly place: Place; readonly send: Send },
): Promise<string | undefined> {
  const answer = await send(field.endpoint, field.request(odd.value, place))
  if (answer.refused !== undefined) return `refused: ${answer.refused}`
  const { parsed } = answer
  let has: unknown
  try {
    has = await field.read(odd.value, place, parsed)
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message.slice(0, 60) : String(error)}`
  }
  await field.after?.(odd.value, place, parsed)
  // Of a zero the sign is no part of its value.
  if (Object.is(has, odd.value) || has === odd.value) return undefined
  return `changed: ${brief(has)}`
}

/** Names that are another on each server are told alike. */
function brief(value: unknown): string {
  if (typeof value === 'string' && /^[a-z]+-[a-z]+-\d+$/.test(value))
    return 'to a name that the server invents'
  if (typeof value === 'string' && /^(?:was|between) \d/.test(value)) return 'not at all'
  if (value === undefined) return 'to nothing'
  if (typeof value !== 'string') return `to ${typeof value === 'bigint' ? value : JSON.stringify(value)}`
  return value.length > 20 ? `to ${value.length} UTF-16 units` : `to ${JSON.stringify(value)}`
}
