import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
  await mkdir(folder.at('a-folder'))
  await writeFile(folder.at('a-file'), 'nothing of use')
})
afterAll(() => folder[Symbol.asyncDispose]())

const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)

interface UsageError {
  readonly code: string
  readonly message: string
  readonly problems: readonly { readonly field: string; readonly problem: string; readonly allowed: string }[]
}
async function refused(...args: readonly string[]): Promise<UsageError> {
  const ran = await run(...args, '--json')
  expect({ args, code: ran.code }).toEqual({ args, code: 2 })
  return (JSON.parse(ran.stdout) as { error: UsageError }).error
}

const init = ['init', '--data', 'd.csv', '--label', 'y', '--out', 'o.json']

describe('wrong arguments are wrong usage, with the field and what is allowed', () => {
  test.each([
    ['an unknown command', ['trian'], 'trian', /did you mean train/i, /generate, init/],
    ['one that is like none', ['nope'], 'nope', /unknown/, /train, score/],
    ['an unknown command of a group', ['models', 'sho'], 'sho', /did you mean show/i, /list, show/],
    ['an unknown option', ['doctor', '--jason'], '--jason', /did you mean --json/i, /./],
    ['an option given twice', ['generate', '--rows', '1', '--rows', '2'], '--rows', /more than once/, /./],
    ['an empty value', ['generate', '--rows', '1', '--out', ''], '--out', /empty/, /./],
    ['blanks', ['generate', '--rows', '1', '--out', '  '], '--out', /empty/, /./],
    ['a NUL character', ['models', 'show', 'a\0b'], 'arguments', /NUL/, /./],
    ['a negative number', ['generate', '--rows', '-1', '--out', 'x'], '--rows', /-1/, /1 to 10000000/],
    ['a number too large', ['generate', '--rows', '1e15', '--out', 'x'], '--rows', /1e15/, /10000000/],
    ['a number with an exponent', ['train', '--data', 'x', '--folds', '1e9'], '--folds', /1e9/, /2 to 50/],
    ['a hexadecimal number', ['train', '--data', 'x', '--seed', '0x10'], '--seed', /0x10/, /whole number/],
    ['a port', ['serve', '--bundle', 'b', '--port', '65536'], '--port', /65536/, /0 to 65535/],
    ['no names', ['train', '--data', 'x', '--models', ', ,'], '--models', /, ,/, /names/],
    ['a decimal sign', [...init, '--decimal', 'dot'], '--decimal', /dot/, /point, comma/],
    ['an order of dates', [...init, '--dates', 'ydm'], '--dates', /ydm/, /dmy, mdy, ymd/],
    ['an encoding', [...init, '--encoding', 'ebcdic'], '--encoding', /ebcdic/, /windows-1252/],
    ['a header row', [...init, '--header-row', '0'], '--header-row', /'0'/, /from 1/],
    ['costs without a review', [...init, '--costs', 'false_negative=5'], '--costs', /./, /review=AMOUNT/],
    ['costs twice', [...init, '--costs', 'review=1,review=2,false_negative=1'], '--costs', /./, /review/],
    ['costs below 0', [...init, '--costs', 'false_negative=-5,review=1'], '--costs', /./, /0 and more/],
    ['unknown costs', [...init, '--costs', 'false_negative=5,review=1,x=2'], '--costs', /./, /review/],
    ['a currency', [...init, '--costs', 'false_negative=5,review=1,currency=$'], '--costs', /./, /./],
  ] as const)('%s', async (_, args, field, problem, allowed) => {
    const error = await refused(...args)
    expect(error.code).toBe('invalid_usage')
    expect(error.problems).toEqual([
      { field, problem: expect.stringMatching(problem), allowed: expect.stringMatching(allowed) },
    ])
  })

  test('hints beside a blueprint', async () => {
    const error = await refused('train', '--data', 'd.csv', '--blueprint', 'claims', '--positive', 'yes')
    expect(error).toMatchObject({ code: 'invalid_usage', problems: [{ field: '--positive' }] })
  })

  test('no command', async () => {
    expect((await run()).code).toBe(2)
    expect((await run()).stderr).toMatch(/Usage: claims/)
    expect((await refused('models')).code).toBe('invalid_usage')
  })

  test('a value of any length is echoed in part', async () => {
    const error = await refused('generate', '--rows', '9'.repeat(5000), '--out', 'x')
    expect(error.message.length).toBeLessThan(400)
  })

  test('never a defect, whatever the arguments are', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...[
          'generate',
          'init',
          'check',
          'train',
          'score',
          'evaluate',
          'models',
          'show',
          'promote',
          'history',
        ],
        ...[
          '--data',
          '--out',
          '--rows',
          '--blueprint',
          '--bundle',
          '--model',
          '--label',
          '--folds',
          '--seed',
        ],
        ...['--reasons', '--costs', '--negative', '--test', '--config', '--reason', '--drift', '--quiet'],
        ...['claims', '', '-', '--', '-1', '1e9', '0', 'NaN', '/dev/null', '/', '.', 'a@b@c', '__proto__'],
      ),
      fc.constantFrom('a-folder', 'a-file', 'absent').map((name) => folder.at(name)),
      fc.string({ maxLength: 8 }),
    )
    // What would be written outside of the folder is no matter of arguments.
    const harmless = (args: readonly string[]): boolean =>
      !args.some((arg, i) => arg.includes('--out') && args[i + 1]?.startsWith(folder.path) === false)
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 9 }).filter(harmless), async (args) => {
        const { code, stdout } = await run('--json', ...args)
        expect([0, 1, 2, 3]).toContain(code)
        if (code >= 2) expect(JSON.parse(stdout)).toHaveProperty('error.code')
      }),
      { numRuns: 400 },
    )
  }, 60_000)
})

describe('--version and --help', () => {
  test('the version of the package', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
  })

  test.each([
    ['train', '--data <file>'],
    ['generate', '--rows <n>'],
    ['generate', '--out <file>'],
    ['models promote', '--reason <text>'],
    ['score', '--bundle <dir>'],
  ])('%s marks that %s is required', async (command, option) => {
    const { stdout } = await run(...command.split(' '), '--help')
    const from = stdout.indexOf(option)
    const next = stdout.indexOf('\n  --', from)
    expect(stdout.slice(from, next)).toMatch(/required/)
  })
})

describe('paths that cannot be used', () => {
  test.each([
    ['data that is a folder', ['check', '--blueprint', 'claims', '--data', 'a-folder'], 'unreadable_file'],
    [
      'a blueprint that is a folder',
      ['check', '--data', 'a-file', '--blueprint', 'a-folder'],
      /blueprint|file/,
    ],
    ['a bundle that is a file', ['score', '--data', 'a-file', '--out', 'o', '--bundle', 'a-file'], /./],
    ['a configuration that is a folder', ['doctor', '--config', 'a-folder'], 'invalid_configuration'],
    ['a configuration that is no JSON', ['doctor', '--config', 'a-file'], 'invalid_configuration'],
  ])('%s', async (_, args, code) => {
    const error = await refused(...args.map((arg) => (/^a-|^o$/.test(arg) ? folder.at(arg) : arg)))
    expect(error.code).toMatch(code)
  })
})

test.each(['a-file', 'a-file/below'])('state cannot be kept in %s, which is no folder', async (name) => {
  const { code, stdout } = await runInProcess(folder.at(name), 'models', 'list', '--json')
  expect(code).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'invalid_configuration', problems: [{ field: 'CLAIMS_HOME' }] },
  })
})

test('the launcher says where state is, whatever the current directory', async () => {
  const root = execFileSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' }).trim()
  await symlink(`${root}/claims`, folder.at('claims'))
  const environment = { ...process.env }
  delete environment['CLAIMS_HOME']
  const { stdout } = spawnSync(folder.at('claims'), ['doctor', '--json'], {
    cwd: folder.at('a-folder'),
    env: environment,
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout)).toMatchObject({ config: { home: `${root}/.claims` } })
})
