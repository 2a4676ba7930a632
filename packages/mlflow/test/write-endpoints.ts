import { writeFileSync } from 'node:fs'
import { endpointRows } from './endpoint-table.ts'

// Run: node packages/mlflow/test/write-endpoints.ts
const header = ['call', 'method', 'path', 'since', 'repeatable', 'tested on']
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = [line(header), line(header.map(() => '---')), ...endpointRows().map(line)].join('\n')
writeFileSync(
  new URL('../docs/endpoints.md', import.meta.url),
  `# The endpoints

Every call of MLflow's classical REST API, made from \`src/endpoints\` and from what the tests called on real servers; a
test compares them. A call that a server is too old for is an error \`unsupported_by_server\` that names the version that
has it. A repeatable call is sent again when a connection breaks or the server answers 5xx; any call is when it certainly
did not reach the server. "refused" says that the server of the test cannot do it: multipart and presigned addresses need
an object store, and are tested against a small server that follows the protocol.

${table}

\`client.health()\` asks \`/health\`, \`client.version()\` asks \`/version\`; both are tested on both servers.
`,
)
