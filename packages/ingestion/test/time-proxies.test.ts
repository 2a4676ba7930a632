import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { inferBlueprint, scanTable } from '../src/index.ts'
import { publicData, testOnPublicData } from '@claims/public-data'
import { temporaryFolder } from './temporary-folder.ts'

const start = Date.UTC(2025, 0, 1)
const hour = 3_600_000
const rows = 120

type Cell = (i: number) => string | number

/** Roles of columns beside `when` and the label, of rows in random order. */
async function rolesOf(
  columns: Record<string, Cell>,
  when: Cell = momentOf,
): Promise<Record<string, string>> {
  await using folder = await temporaryFolder()
  const names = Object.keys(columns)
  const lines = [...createRandom(3).permutation(rows)].map((i) =>
    [when(i), i % 3 === 0 ? 'yes' : 'no', ...names.map((name) => columns[name]!(i))].join(','),
  )
  const file = await folder.write('rows.csv', [`when,y,${names.join(',')}`, ...lines].join('\n'))
  const { blueprint, notes, warnings } = inferBlueprint(await scanTable(file), { label: 'y', time: 'when' })
  const roles = Object.fromEntries(blueprint.columns.map(({ name, role }) => [name, role]))
  for (const name of names) {
    const left = roles[name] === 'ignored'
    expect(warnings.some(({ field, code }) => field === name && code === 'time_proxy')).toBe(left)
    expect(notes.find(({ column }) => column === name)?.reason.includes('it is the event time')).toBe(left)
  }
  return Object.fromEntries(names.map((name) => [name, roles[name]!]))
}

const momentOf: Cell = (i) => new Date(start + 7 * i * hour).toISOString()
const dayOf: Cell = (i) => new Date(start + 7 * i * hour).toISOString().slice(0, 10)
const noise = createRandom(8)
const drawn = Float64Array.from({ length: rows }, () => noise.normal())

describe('a number that is a monotone function of the event time is left out and said', () => {
  test('seconds and days since a start, what is left until an end, and any curve of it', async () => {
    expect(
      await rolesOf({
        elapsed: (i) => 7 * 3600 * i + 0.5,
        since: (i) => Math.floor((7 * i) / 24) / 2,
        left: (i) => 1e6 - 7.5 * i,
        curved: (i) => Math.sqrt(i),
        sometimes: (i) => (i % 2 === 0 ? '' : 7.5 * i),
      }),
    ).toEqual({
      elapsed: 'ignored',
      since: 'ignored',
      left: 'ignored',
      curved: 'ignored',
      sometimes: 'ignored',
    })
  })

  test('also where the event time has days only and the number is finer', async () => {
    expect(await rolesOf({ elapsed: (i) => 7 * 3600 * i + 0.5 }, dayOf)).toEqual({ elapsed: 'ignored' })
  })
})

describe('a number is a feature', () => {
  test('where it merely trends', async () => {
    expect(await rolesOf({ price: (i) => 100 + i + 2 * drawn[i]! })).toEqual({ price: 'numeric' })
    expect(await rolesOf({ price: (i) => (i === 60 ? 0.5 : i + 0.5) })).toEqual({ price: 'numeric' })
  })

  test('where it differs from its neighbours so seldom that this is chance', async () => {
    expect(await rolesOf({ rare: (i) => (i === rows - 1 ? 1 : 0) })).toEqual({ rare: 'numeric' })
    expect(
      await rolesOf({ amount: (i) => drawn[i]! }, (i) => (i < 60 ? '2025-01-01' : '2025-01-02')),
    ).toEqual({ amount: 'numeric' })
  })
})

testOnPublicData(
  'the two times of the card data are left out',
  'card_fraud_handbook/transactions.csv.gz',
  async () => {
    await using folder = await temporaryFolder()
    const whole = gunzipSync(await readFile(publicData('card_fraud_handbook/transactions.csv.gz')))
    const end = whole.indexOf('\n', 2_000_000)
    const raw = await scanTable(await folder.write('transactions.csv', whole.subarray(0, end)))
    const { blueprint } = inferBlueprint(raw, { label: 'TX_FRAUD', positive: '1', time: 'TX_DATETIME' })
    const ignored = blueprint.columns.filter(({ role }) => role === 'ignored').map(({ name }) => name)
    expect(ignored).toEqual(expect.arrayContaining(['TX_TIME_SECONDS', 'TX_TIME_DAYS']))
    expect(blueprint.columns.find(({ name }) => name === 'TX_AMOUNT')?.role).toBe('numeric')
  },
)
