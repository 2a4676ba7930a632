import { expect, test } from '@jest/globals'
import { claims, ended, startClaims, temporaryFolder } from './claims-command.ts'

test('the demo says what it made, and its model is served by the name that it prints', async () => {
  await using folder = await temporaryFolder()
  const demo = await claims(folder.path, 'demo', '--rows', '1500', '--out', folder.at('demo'))
  expect(demo.stderr).toContain('1,500 claims with known true probabilities')
  expect([0, 1]).toContain(demo.code)
  for (const line of [
    /^test {14}AUC 0\.\d+ \(95 % interval 0\.\d+ to 0\.\d+\), \d+ rows/m,
    /^best possible {5}AUC 0\.\d+; the model has \d+\.\d % of what can be known/m,
    /^registered {8}claims-demo@1, (promoted to champion|not promoted)/m,
    /^one claim, scored over HTTP: CLM-\d+/m,
    /^serve it {10}\.\/claims serve --model claims-demo@1/m,
  ])
    expect(demo.stdout).toMatch(line)
  expect(demo.stdout.includes('not promoted')).toBe(/^promotable {8}no/m.test(demo.stdout))

  const api = startClaims(folder.path, ['serve', '--model', 'claims-demo@1', '--port', '0'], {
    LOG_LEVEL: 'silent',
  })
  const address = await new Promise<string>((done, failed) => {
    let text = ''
    api.once('close', () => {
      failed(new Error(`serve ended: ${text}`))
    })
    api.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
      const found = /^api +(http\S+)/m.exec(text)?.[1]
      if (found !== undefined) done(found)
    })
  })
  const current = await fetch(`${address}/api/v1/models/current`)
  expect(await current.json()).toMatchObject({ name: 'claims-demo', version: '1' })
  const stopped = ended(api)
  api.kill('SIGTERM')
  expect((await stopped).signal).toBeNull()

  const check = ['check', '--data', folder.at('demo/claims.csv'), '--blueprint', 'claims', '--as-of']
  const early = await claims(folder.path, ...check, '2025-06-30', '--json')
  expect(JSON.parse(early.stdout)).toMatchObject({
    label_maturity: { as_of: '2025-06-30', cutoff: '2025-04-01' },
  })
  const wrong = await claims(folder.path, ...check, '2025-02-30')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('a day such as 2025-12-31')
}, 180_000)
