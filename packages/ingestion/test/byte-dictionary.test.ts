import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ByteDictionary } from '../src/byte-dictionary.ts'

/** Texts as rows of cells with a comma between, coded one field at a time in two parts. */
function codesOf(rows: readonly (readonly string[])[], field: number): { codes: number[]; texts: string[] } {
  const width = rows[0]?.length ?? 1
  const bytes = Buffer.from(rows.map((cells) => `${cells.join(',')}\n`).join(''))
  const offsets = new Uint32Array(rows.length * (width + 1))
  let at = 0
  rows.forEach((cells, row) => {
    offsets[row * (width + 1)] = at
    cells.forEach((cell, i) => {
      offsets[row * (width + 1) + i + 1] = at + Buffer.byteLength(cell)
      at += Buffer.byteLength(cell) + 1
    })
  })
  const dictionary = new ByteDictionary(bytes)
  const codes = new Int32Array(rows.length)
  const half = rows.length >> 1
  for (const [from, to] of [
    [0, half],
    [half, rows.length],
  ] as const)
    dictionary.encode(offsets, { from, to, field, stride: width + 1 }, codes)
  const texts = Array.from({ length: dictionary.size }, (_, code) =>
    bytes.toString('utf8', dictionary.startOf(code), dictionary.endOf(code)),
  )
  return { codes: [...codes], texts }
}

function expected(cells: readonly string[]): { codes: number[]; texts: string[] } {
  const texts = [...new Set(cells.filter((cell) => cell !== ''))]
  return { codes: cells.map((cell) => (cell === '' ? -1 : texts.indexOf(cell))), texts }
}

test('cells are numbered in order of first appearance, empty ones are none', () => {
  const cell = fc.oneof(fc.constantFrom('', 'a', 'b', 'ab', 'ba'), fc.stringMatching(/^[a-cé]{0,4}$/))
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 60 }), (rows) => {
      for (const field of [0, 1, 2])
        expect(codesOf(rows, field)).toEqual(expected(rows.map((cells) => cells[field]!)))
    }),
  )
})

test.each([511, 512, 513, 1024, 1025, 5000])('%d different cells find their places', (n) => {
  const cells = Array.from({ length: 2 * n }, (_, i) => `c${String((i * 7919) % n)}`)
  const { codes, texts } = codesOf(
    cells.map((cell) => [cell]),
    0,
  )
  expect(texts).toHaveLength(n)
  expect(codes.map((code) => texts[code])).toEqual(cells)
})
