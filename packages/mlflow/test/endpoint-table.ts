import { existsSync, readFileSync } from 'node:fs'
import { endpoints } from '../src/index.ts'
import { olderThan } from '../src/http/versions.ts'
import { versions, type MlflowVersion } from './servers/environments.ts'

/** Which endpoints the tests called on a server: answered, or refused for what the server cannot do. */
export interface CalledEndpoints {
  readonly answered: readonly string[]
  readonly refused: readonly string[]
}

/** What the table says of an endpoint. */
interface EndpointFacts {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly since: string
  readonly repeatable: boolean
}

const groups: Readonly<Record<string, Readonly<Record<string, EndpointFacts>>>> = endpoints

/** Every endpoint's name. */
export const endpointNames = Object.values(groups).flatMap((group) =>
  Object.values(group).map(({ name }) => name),
)

export const coverageFile = new URL('endpoint-coverage.json', import.meta.url)

/** What the last full run of the tests called, by version. */
export function readCoverage(): Partial<Record<MlflowVersion, CalledEndpoints>> {
  if (!existsSync(coverageFile)) return {}
  return JSON.parse(readFileSync(coverageFile, 'utf8')) as Partial<Record<MlflowVersion, CalledEndpoints>>
}

/** The rows of `docs/endpoints.md`. */
export function endpointRows(): string[][] {
  const coverage = readCoverage()
  return Object.entries(groups).flatMap(([group, table]) =>
    Object.entries(table).map(([method, endpoint]) => {
      const { name, since, repeatable, path } = endpoint
      const tested = versions.map((version) => {
        if (olderThan(version, since)) return `${version}: refused, too old`
        return `${version}: ${coverage[version]?.answered.includes(name) === true ? 'answered' : 'refused'}`
      })
      const call =
        ['download', 'upload', 'delete'].includes(method) && group === 'proxy' ? `artifacts.${method}` : name
      return [
        `\`${call}\``,
        endpoint.method,
        `\`${path}\``,
        since,
        repeatable ? 'yes' : 'no',
        tested.join('; '),
      ]
    }),
  )
}
