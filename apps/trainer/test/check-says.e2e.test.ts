import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess } from './run-in-process.ts'

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
  const columns = [
    { name: 'customer', role: 'entity', type: 'number' },
    { name: 'at', role: 'event_time', type: 'timestamp' },
    { name: 'amount', role: 'numeric', type: 'number' },
    { name: 'fraud', role: 'label', type: 'boolean' },
  ]
  const blueprint = {
    ...{ format_version: 1, name: 'told', columns, label: { column: 'fraud', positive: true } },
    ...{ split: { kind: 'grouped', folds: 2 } },
    candidates: [{ name: 'logistic', kind: 'logistic_regression' }],
  }
  await writeFile(folder.at('blueprint.json'), JSON.stringify(blueprint))
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Nobody requires the columns: 20 entities and 30 times are empty, 10 and 15 no number or date, 5 times to come. */
async function data(name: string, label: (amount: number) => boolean): Promise<string> {
  const lines = Array.from({ length: 400 }, (_, i) => {
    const amount = ((i * 7919) % 400) / 200 - 1
    const customer = i < 20 ? '' : i < 30 ? 'nobody' : String(i % 150)
    const at =
      i < 100 ? '2025-03-01' : i < 130 ? '' : i < 145 ? 'soon' : i < 150 ? '2999-01-01' : '2025-04-02'
    return [customer, at, amount.toFixed(4), label(amount)].join(',')
  })
  await writeFile(folder.at(name), ['customer,at,amount,fraud', ...lines].join('\n'))
  return folder.at(name)
}

test.each([
  ['both classes', (amount: number) => Math.sin(1000 * amount) + amount > 0],
  ['one class', () => true],
])('check counts entities and times that are empty or unreadable, with %s', async (name, label) => {
  const args = ['check', '--data', await data('data.csv', label), '--blueprint', folder.at('blueprint.json')]
  const { stdout } = await runInProcess(folder.at('state'), ...args)
  expect(stdout).toContain('400, 25 rejected')
  for (const line of [
    /^error +customer is not a number, in 10 rows$/m,
    /^error +at is not a date, in 15 rows$/m,
    /^warning +customer: is empty: .*, in 20 rows \(5\.3 %\)$/m,
    /^warning +at: is empty: .*, in 30 rows \(8\.0 %\)$/m,
    /^warning +at: is later than now, though these rows have a label, in 5 rows \(1\.3 %\)$/m,
  ])
    expect(stdout).toMatch(line)
  expect(stdout.match(/^(error|warning|WARNING) /gm)).toHaveLength(5)
  const train = ['train', ...args.slice(1), '--out', folder.at('bundle'), '--json']
  if (name === 'one class') return
  const checked = JSON.parse((await runInProcess(folder.at('state'), ...args, '--json')).stdout) as Warned
  const trained = JSON.parse((await runInProcess(folder.at('state'), ...train)).stdout) as Warned
  const keys = ({ warnings }: Warned): string[] =>
    warnings
      .filter(({ field }) => field !== 'amount')
      .map(({ code, field, rows }) => `${code} ${field} ${String(rows)}`)
  expect(keys(checked)).toEqual(keys(trained))
})

interface Warned {
  readonly warnings: readonly { readonly code: string; readonly field: string; readonly rows: number }[]
}
