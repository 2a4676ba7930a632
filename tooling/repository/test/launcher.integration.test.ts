import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

let directory: string
let house: string
let path: string

async function program(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/usr/bin/env bash\n${text}\n`)
  await chmod(file, 0o755)
}

/** The launcher in a repository of its own, beside an npm that needs no network. */
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'launcher-')))
  house = join(directory, 'house')
  const programs = join(directory, 'programs')
  await mkdir(join(house, 'apps/trainer/src'), { recursive: true })
  await mkdir(programs)
  await copyFile(join(repository, 'claims'), join(house, 'claims'))
  await writeFile(join(house, 'package.json'), '{\n  "packageManager": "pnpm@9.8.7"\n}\n')
  await writeFile(join(house, 'pnpm-lock.yaml'), 'lockfileVersion: 9\n')
  await writeFile(join(house, 'pnpm-workspace.yaml'), 'packages: []\n')
  await writeFile(
    join(house, 'apps/trainer/src/main.ts'),
    'const said: string[] = [process.cwd(), ...process.argv.slice(2)]\nconsole.log(JSON.stringify(said))\n',
  )
  await symlink(process.execPath, join(programs, 'node'))
  await program(
    join(programs, 'npm'),
    `echo "npm $*" >>"${directory}/calls"
bin="$3/node_modules/.bin"
mkdir -p "$bin"
cat >"$bin/pnpm" <<'PNPM'
#!/usr/bin/env bash
echo "pnpm $*" >>"${directory}/calls"
[[ ! -e "${directory}/broken" ]] || { echo 'the registry is away'; exit 1; }
sleep 0.3
mkdir -p node_modules/.bin
ln -sf "${process.execPath}" node_modules/.bin/node
PNPM
chmod +x "$bin/pnpm"`,
  )
  path = `${programs}:/usr/bin:/bin`
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

function run(command: string, words: readonly string[] = [], cwd: string = directory): Outcome {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd,
    env: { PATH: path },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, stdout, stderr }
}

function runBeside(command: string): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = spawn(command, [], {
      cwd: directory,
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    child.on('error', failed)
    child.on('close', (status) => {
      done({ status, stdout, stderr })
    })
  })
}

async function calls(): Promise<string[]> {
  return (await readFile(join(directory, 'calls'), 'utf8')).trim().split('\n')
}

describe('./claims', () => {
  test('installs the stated pnpm once, says so in one line, and keeps the words and the folder of the caller', async () => {
    const elsewhere = join(directory, 'else where')
    await mkdir(elsewhere)
    const first = run(join(house, 'claims'), ['train', '--data', 'a b.csv'], elsewhere)
    expect(first.stderr).toMatch(/^claims: dependencies installed in \d+ s\n$/)
    expect(JSON.parse(first.stdout)).toEqual([elsewhere, 'train', '--data', 'a b.csv'])
    expect(await calls()).toEqual([
      `npm install --prefix ${house}/.claims/tools/pnpm-9.8.7 pnpm@9.8.7 --no-audit --no-fund --loglevel=error`,
      'pnpm install --frozen-lockfile',
    ])
    const second = run(join(house, 'claims'))
    expect([second.status, second.stderr]).toEqual([0, ''])
    expect(await calls()).toHaveLength(2)
  })

  test('installs again when the lockfile changed, or when what was installed is gone', async () => {
    run(join(house, 'claims'))
    await writeFile(join(house, 'pnpm-lock.yaml'), 'lockfileVersion: 9\n# changed\n')
    run(join(house, 'claims'))
    expect(await calls()).toHaveLength(3)
    await rm(join(house, 'node_modules'), { recursive: true })
    expect(run(join(house, 'claims')).status).toBe(0)
    expect(await calls()).toHaveLength(4)
  })

  test('works through a chain of symbolic links, absolute and relative', async () => {
    await symlink(join(house, 'claims'), join(directory, 'absolute'))
    await symlink('absolute', join(directory, 'relative'))
    expect(run(join(directory, 'relative'), ['doctor']).stdout).toContain('doctor')
  })

  test('two at the same time install once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => runBeside(join(house, 'claims'))))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([0, 0, 0, 0])
    expect(outcomes.filter((outcome) => outcome.stderr !== '')).toHaveLength(1)
    expect(await calls()).toHaveLength(2)
  })

  test('a lock that a dead process left does not hold up', async () => {
    const { pid } = spawnSync('true')
    await mkdir(join(house, '.claims/bootstrap'), { recursive: true })
    await symlink(String(pid), join(house, '.claims/bootstrap/lock'))
    const outcomes = await Promise.all(Array.from({ length: 3 }, () => runBeside(join(house, 'claims'))))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([0, 0, 0])
    expect(await calls()).toHaveLength(2)
  })

  test('an install that fails shows its log, exits with 3 and is tried again', async () => {
    await writeFile(join(directory, 'broken'), '')
    const failed = run(join(house, 'claims'))
    expect(failed.status).toBe(3)
    expect(failed.stderr).toContain('the registry is away')
    expect(failed.stderr).toContain('claims: the dependencies could not be installed')
    await rm(join(directory, 'broken'))
    expect(run(join(house, 'claims')).status).toBe(0)
  })

  test('an old Node is named and exits with 3', async () => {
    await rm(join(directory, 'programs/node'))
    await program(join(directory, 'programs/node'), 'echo v18.19.1')
    const outcome = run(join(house, 'claims'))
    expect(outcome.status).toBe(3)
    expect(outcome.stderr).toBe('claims: Node.js is v18.19.1; it needs Node 20 or newer\n')
  })
})

describe('./claims test', () => {
  const config = `export default {
  testMatch: ['<rootDir>/' + (process.env.CLAIMS_TESTS_KIND ?? 'any') + '.test.js'],
  transform: {},
}
`

  beforeEach(async () => {
    run(join(house, 'claims'))
    await symlink(join(repository, 'node_modules/jest'), join(house, 'node_modules/jest'))
    await writeFile(join(house, 'jest.config.mjs'), config)
    await writeFile(join(house, 'any.test.js'), "test('any', () => {})\n")
    await writeFile(
      join(house, 'unit.test.js'),
      "test('installs', () => { expect(process.env.CLAIMS_TESTS_INSTALL).toBe('true') })\n",
    )
  })

  test.each([
    [[], 'any.test.js'],
    [['--kind', 'unit'], 'unit.test.js'],
    [['--kind=unit', '-t', 'installs'], 'unit.test.js'],
  ])('%j runs Jest on %s', (words, file) => {
    const outcome = run(join(house, 'claims'), ['test', ...words])
    expect(outcome.stderr).toContain(`PASS ./${file}`)
    expect(outcome.status).toBe(0)
  })

  test.each([
    [['--kind', 'quick'], '--kind is unit, integration, e2e, performance or security, not quick'],
    [['--kind'], '--kind needs a kind'],
  ])('%j is wrong usage', (words, said) => {
    const outcome = run(join(house, 'claims'), ['test', ...words])
    expect([outcome.status, outcome.stderr]).toEqual([2, `claims: ${said}\n`])
  })
})
