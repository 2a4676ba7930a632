import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, link, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openBundle } from '@claims/registry'
import { claims, ended, startClaims, temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

const quick = ['--models', 'logistic_regression', '--folds', '2']

// As root a defect here would replace a device of the machine, so these run as another user only.
const isRoot = process.getuid?.() === 0
const deviceTest = isRoot ? test.skip : test
if (isRoot) process.stderr.write('SKIPPED: outputs to devices, which are not tried as root\n')

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
  expect((await run('generate', '--rows', '500', '--seed', '5', '--out', folder.at('claims.csv'))).code).toBe(
    0,
  )
  const by = ['--blueprint', 'claims', '--data', folder.at('claims.csv'), ...quick]
  expect((await run('train', ...by, '--out', folder.at('bundle'))).code).toBe(0)
})
afterAll(() => folder[Symbol.asyncDispose]())

const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** Commands that write one file, by the data that they read. */
const fileCommands: Readonly<Record<string, (data: string) => string[]>> = {
  score: (data) => ['score', '--bundle', folder.at('bundle'), '--data', data],
  init: (data) => ['init', '--label', 'is_high_risk', '--data', data],
  generate: () => ['generate', '--rows', '50'],
}
const names = Object.keys(fileCommands)
const readers = names.filter((name) => name !== 'generate')
const commandOf = (name: string, data = folder.at('claims.csv')): string[] => fileCommands[name]?.(data) ?? []

async function expectRefused(args: readonly string[], untouched: string): Promise<void> {
  const before = await sha256(untouched)
  const ran = await run(...args, '--json')
  expect({ args, code: ran.code }).toEqual({ args, code: 2 })
  expect(JSON.parse(ran.stdout)).toMatchObject({
    error: {
      code: 'output_refused',
      problems: [{ field: expect.any(String), problem: expect.any(String), allowed: expect.any(String) }],
    },
  })
  expect(await sha256(untouched)).toBe(before)
}

describe("the program's own state is never written, also with --overwrite", () => {
  const elsewhere = ['CLAIMS_MASTER_KEY_FILE', 'DATABASE_URL', 'ARTIFACTS_URI'] as const
  beforeAll(async () => {
    for (const name of ['registry/fraud', 'mlflow-bundles', 'outputs', 'artifacts'])
      await mkdir(folder.at(`kept/${name}`), { recursive: true })
    for (const name of [
      'claims.sqlite',
      'claims.sqlite-wal',
      'master.key',
      'erasures.jsonl',
      'a.key',
      'a.db',
    ])
      await writeFile(folder.at(`kept/${name}`), 'state\n')
    await writeFile(folder.at('kept/artifacts/one'), 'state\n')
    process.env['CLAIMS_MASTER_KEY_FILE'] = folder.at('kept/a.key')
    process.env['DATABASE_URL'] = `sqlite:${folder.at('kept/a.db')}`
    process.env['ARTIFACTS_URI'] = folder.at('kept/artifacts')
  })
  afterAll(() => {
    for (const name of elsewhere) Reflect.deleteProperty(process.env, name)
  })

  const files = [
    ...['claims.sqlite', 'claims.sqlite-wal', 'claims.sqlite-shm', 'master.key', 'erasures.jsonl', 'a.key'],
    ...['a.db', 'a.db-wal', 'artifacts/one', 'registry/fraud/x.csv', 'mlflow-bundles/x', 'outputs/x'],
  ]
  const refuse = async (args: readonly string[]): Promise<void> => {
    const ran = await runInProcess(folder.at('kept'), ...args, '--overwrite', '--json')
    expect([args, JSON.parse(ran.stdout)]).toMatchObject([args, { error: { code: 'output_refused' } }])
    expect(await readFile(folder.at('kept/claims.sqlite'), 'utf8')).toBe('state\n')
  }

  test.each(files)('%s', async (name) => {
    for (const command of names) await refuse([...commandOf(command), '--out', folder.at(`kept/${name}`)])
    await refuse(['subjects', 'erasures', '--out', folder.at(`kept/${name}`)])
    await refuse(['models', 'export', 'fraud', '--format', 'model-card', '--out', folder.at(`kept/${name}`)])
  })

  test('a folder of it, or around it', async () => {
    const train = ['train', '--blueprint', 'claims', '--data', folder.at('claims.csv'), ...quick]
    const by = ['--bundle', folder.at('bundle'), '--data', folder.at('claims.csv')]
    for (const name of ['', '/registry', '/registry/fraud/bundle', '/claims.sqlite', '/artifacts'])
      await refuse([...train, '--out', folder.at(`kept${name}`)])
    for (const name of ['registry', 'registry/new/report'])
      await refuse(['evaluate', ...by, '--out', folder.at(`kept/${name}`)])
    await refuse(['demo', '--rows', '2000', '--out', folder.at('kept/registry/demo')])
  })

  test('other names beside it are free', async () => {
    const ran = await runInProcess(
      folder.at('kept'),
      'generate',
      '--rows',
      '50',
      '--out',
      folder.at('kept/g.csv'),
    )
    expect(ran.code).toBe(0)
  })
})

describe('an input is never written, also with --overwrite', () => {
  const ways: Readonly<Record<string, (data: string, name: string) => Promise<string>>> = {
    itself: async (data) => data,
    'a relative path': async (data) => data.replace(folder.path, `${folder.path}/bundle/..`),
    'a link': async (data, name) => (
      await symlink(data, folder.at(`${name}-soft`)),
      folder.at(`${name}-soft`)
    ),
    'a hard link': async (data, name) => (
      await link(data, folder.at(`${name}-hard`)),
      folder.at(`${name}-hard`)
    ),
  }
  const cases = readers.flatMap((name) => Object.keys(ways).map((way) => [name, way] as const))
  test.each(cases)('%s: %s', async (name, way) => {
    const data = folder.at(`in-${name}-${way.replaceAll(' ', '-')}.csv`)
    await copyFile(folder.at('claims.csv'), data)
    const out = (await ways[way]?.(data, name)) ?? ''
    await expectRefused([...commandOf(name, data), '--out', out], data)
    await expectRefused([...commandOf(name, data), '--out', out, '--overwrite'], data)
  })

  test.each(readers)('%s: gzip', async (name) => {
    const data = folder.at(`${name}-packed.csv.gz`)
    await writeFile(data, gzipSync(await readFile(folder.at('claims.csv'))))
    await expectRefused([...commandOf(name, data), '--out', data, '--overwrite'], data)
  })

  test('the blueprint, the test file and the configuration of a command', async () => {
    const config = folder.at('config.json')
    await writeFile(config, '{}')
    for (const name of names)
      await expectRefused(['--config', config, ...commandOf(name), '--out', config, '--overwrite'], config)
    const data = folder.at('in.rejected.jsonl') // The name that rejected rows would get.
    await copyFile(folder.at('claims.csv'), data)
    const by = ['--blueprint', 'claims', '--data', data, '--out', folder.at('in'), ...quick]
    await expectRefused(['train', ...by, '--overwrite'], data)
  })
})

describe('what this program did not write is not replaced', () => {
  test.each(names)('%s', async (name) => {
    const out = folder.at(`theirs-${name}`)
    await writeFile(out, '{"edited":"by hand"}\n')
    await expectRefused([...commandOf(name), '--out', out], out)
    expect((await run(...commandOf(name), '--out', out, '--overwrite')).code).toBe(0)
    expect(await readFile(out, 'utf8')).not.toContain('by hand')
  })

  test.each(names)('%s replaces its own output, and not once it is edited', async (name) => {
    const out = folder.at(`ours-${name}`)
    for (let times = 0; times < 2; times++) expect((await run(...commandOf(name), '--out', out)).code).toBe(0)
    await writeFile(out, `${await readFile(out, 'utf8')}\n`)
    await expectRefused([...commandOf(name), '--out', out], out)
  })

  test('generate: the file of true probabilities', async () => {
    await writeFile(folder.at('more.csv.probability.csv'), 'mine\n')
    const args = ['generate', '--rows', '50', '--out', folder.at('more.csv')]
    await expectRefused(args, folder.at('more.csv.probability.csv'))
    await expect(lstat(folder.at('more.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('evaluate: a report in a folder, unless it is its own', async () => {
    const evaluate = ['evaluate', '--bundle', folder.at('bundle'), '--data', folder.at('claims.csv')]
    await mkdir(folder.at('site'))
    await writeFile(folder.at('site/report.html'), 'mine')
    await expectRefused([...evaluate, '--out', folder.at('site')], folder.at('site/report.html'))
    for (let times = 0; times < 2; times++)
      expect((await run(...evaluate, '--out', folder.at('evaluation'))).code).toBe(0)
  })

  test('train: a file of rejected rows, unless it is its own', async () => {
    const text = await readFile(folder.at('claims.csv'), 'utf8')
    await writeFile(folder.at('bad.csv'), text.replace(/^(CLM-0000003,[^,]*,[^,]*),[^,]*/m, '$1,Infinity'))
    const train = ['train', '--blueprint', 'claims', '--data', folder.at('bad.csv'), ...quick]
    const rejected = folder.at('set-aside.rejected.jsonl')
    for (let times = 0; times < 2; times++)
      expect((await run(...train, '--out', folder.at('set-aside'))).code).toBe(0)
    await writeFile(rejected, (await readFile(rejected, 'utf8')).replace('CLM', 'MENDED'))
    await expectRefused([...train, '--out', folder.at('set-aside')], rejected)
    // Also where nothing would be rejected, which takes the file of an earlier training away.
    const clean = ['train', '--blueprint', 'claims', '--data', folder.at('claims.csv'), ...quick]
    await expectRefused([...clean, '--out', folder.at('set-aside')], rejected)
  })

  test('demo: data in its folder', async () => {
    await mkdir(folder.at('demo'))
    await writeFile(folder.at('demo/claims.csv'), 'mine\n')
    await expectRefused(['demo', '--rows', '500', '--out', folder.at('demo')], folder.at('demo/claims.csv'))
  })
})

describe('a bundle is written by train alone, and whole', () => {
  test.each(names)('%s into a bundle', async (name) => {
    for (const file of ['report.html', 'scores.csv'])
      await expectRefused(
        [...commandOf(name), '--out', folder.at(`bundle/${file}`), '--overwrite'],
        folder.at('bundle/manifest.json'),
      )
    await openBundle(folder.at('bundle'))
  })

  test.each(['bundle', 'bundle/', 'bundle/model', 'bundle/new', 'bundle-link'])(
    'evaluate --out %s',
    async (out) => {
      if (out === 'bundle-link') await symlink('bundle', folder.at(out))
      const args = ['evaluate', '--bundle', folder.at('bundle'), '--data', folder.at('claims.csv')]
      await expectRefused(
        [...args, '--out', folder.at(out), '--overwrite'],
        folder.at('bundle/evaluation.json'),
      )
      await openBundle(folder.at('bundle'))
    },
  )

  test('train into a bundle, and over a folder that holds the data', async () => {
    const train = ['train', '--blueprint', 'claims', ...quick, '--overwrite']
    const by = [...train, '--data', folder.at('claims.csv')]
    await expectRefused([...by, '--out', folder.at('bundle/inner')], folder.at('bundle/manifest.json'))
    await symlink('nowhere', folder.at('dangling'))
    await expectRefused([...by, '--out', folder.at('dangling')], folder.at('claims.csv'))
    const foreign = await run(...by, '--out', folder.path, '--json')
    expect(foreign.code).toBe(2)
    expect(await sha256(folder.at('claims.csv'))).toHaveLength(64)
  })
})

describe('what is no file', () => {
  test.each(names)('%s: a folder, a file as a folder, a folder that is not there', async (name) => {
    await expectRefused([...commandOf(name), '--out', folder.at('bundle/..')], folder.at('claims.csv'))
    for (const out of ['claims.csv/x', 'none/x']) {
      const ran = await run(...commandOf(name), '--out', folder.at(out), '--json')
      expect({ out, code: ran.code }).toEqual({ out, code: 2 })
    }
  })

  test.each(names)('%s: a link stays, its target is written, and what was there is kept', async (name) => {
    const [out, target] = [folder.at(`link-${name}`), folder.at(`target-${name}`)]
    await writeFile(target, 'old\n')
    await symlink(`target-${name}`, out)
    const ran = await run(...commandOf(name), '--out', out)
    expect(ran.code).toBe(0)
    expect(ran.stderr).toMatch(/kept as .*kept-1/)
    expect(await readlink(out)).toBe(`target-${name}`)
    expect(await readFile(target, 'utf8')).not.toBe('old\n')
    expect(await readFile(`${target}.kept-1`, 'utf8')).toBe('old\n')
    expect((await run(...commandOf(name), '--out', out)).stderr).not.toMatch(/kept/)
  })

  test.each(names)('%s: a FIFO is written to and stays', async (name) => {
    const out = folder.at(`fifo-${name}`)
    execFileSync('mkfifo', [out])
    const reader = spawn('cat', [out])
    let got = ''
    reader.stdout.on('data', (part: Buffer) => (got += part.toString()))
    const closed = once(reader, 'close')
    expect((await run(...commandOf(name), '--out', out)).code).toBe(0)
    await closed
    expect((await lstat(out)).isFIFO()).toBe(true)
    expect(got.split('\n').length).toBeGreaterThan(40)
  })

  deviceTest.each(names)('%s: a device is written to and stays', async (name) => {
    expect((await run(...commandOf(name), '--out', '/dev/null')).code).toBe(0)
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  deviceTest.each(names)('%s: standard output holds the data alone', async (name) => {
    for (const flags of [[], ['--json']]) {
      const { code, stdout, stderr } = await claims(
        folder.path,
        ...commandOf(name),
        '--out',
        '/dev/stdout',
        ...flags,
      )
      expect(code).toBe(0)
      expect(stdout).toMatch(name === 'init' ? /^\{\n {2}"format_version"/ : /^claim_id,/)
      if (name === 'init') expect(JSON.parse(stdout)).toHaveProperty('label')
      else expect(stdout.trimEnd().split('\n')).toHaveLength(name === 'score' ? 501 : 51)
      expect(stderr).toMatch(/\/dev\/stdout/)
    }
  })

  deviceTest('a reader that has seen enough is no error', async () => {
    for (const args of [
      ['generate', '--rows', '30000', '--out', '/dev/stdout'],
      ['train', '--help'],
      [...commandOf('score'), '--out', '/dev/stdout'],
    ]) {
      const child = startClaims(folder.path, args)
      child.stdout?.once('data', () => child.stdout?.destroy())
      const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((done) => {
        let text = ''
        child.stderr?.on('data', (part: Buffer) => (text += part.toString()))
        child.once('exit', (exit) => done({ code: exit, stderr: text }))
      })
      expect({ args, code }).toEqual({ args, code: 0 })
      expect(stderr).not.toMatch(/error|at .*\.ts/)
    }
  })
})

test('Ctrl-C, pressed twice, while scoring leaves nothing half-written', async () => {
  expect((await run('generate', '--rows', '60000', '--out', folder.at('many.csv'))).code).toBe(0)
  const before = await folder.names()
  const child = startClaims(folder.path, [...commandOf('score', folder.at('many.csv')), '--out', 'cut.csv'])
  let pressed = 0
  const poll = setInterval(() => {
    void folder.names().then((now) => {
      if (pressed < 2 && now.some((name) => name.startsWith('.claims-'))) {
        pressed += 1
        child.kill('SIGINT')
      }
    })
  }, 20)
  const { code } = await ended(child)
  clearInterval(poll)
  expect(code).toBe(130)
  expect(await folder.names()).toEqual(before)
})

test('every row rejected is exit 1, with every row in the file', async () => {
  const text = await readFile(folder.at('claims.csv'), 'utf8')
  await writeFile(folder.at('all-bad.csv'), text.replaceAll(/^(CLM-[^,]*,[^,]*,[^,]*),[^,]*/gm, '$1,-5'))
  const ran = await run(...commandOf('score', folder.at('all-bad.csv')), '--out', folder.at('none.csv'))
  expect(ran.code).toBe(1)
  expect((await readFile(folder.at('none.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(501)
})
