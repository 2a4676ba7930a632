import { expect, test } from '@jest/globals'
import { forEachAtOnce } from '../src/for-each-at-once.ts'
import { cutIntoParts, partBytes, PartBuffers } from '../src/part-buffers.ts'
import { agree, sumsOf, sumsOfParts } from '../src/sums.ts'
import { waitAfter } from '../src/try-again.ts'

async function* piecesOf(...lengths: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const length of lengths) yield await Promise.resolve(new Uint8Array(length).fill(length % 251))
}

test('pieces of any length make parts of one length', async () => {
  const buffers = new PartBuffers(1)
  const lengths: number[] = []
  for await (const part of cutIntoParts(piecesOf(partBytes - 1, 0, 3, 2 * partBytes), buffers)) {
    lengths.push(part.length)
    buffers.give(part)
  }
  expect(lengths).toEqual([partBytes, partBytes, partBytes, 2])
})

test('a buffer comes back from a source that fails', async () => {
  const buffers = new PartBuffers(1)
  const failing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(Uint8Array.of(1))
    throw new RangeError('torn')
  }
  await expect(cutIntoParts(failing(), buffers).next()).rejects.toThrow('torn')
  expect((await buffers.take()).length).toBe(partBytes)
})

test('who asks for a buffer waits until one is given back', async () => {
  const buffers = new PartBuffers(1)
  const first = await buffers.take()
  const second = buffers.take()
  expect(await Promise.race([second.then(() => 'taken'), Promise.resolve('waiting')])).toBe('waiting')
  buffers.give(first.subarray(0, 3))
  expect((await second).length).toBe(partBytes)
})

test('the first failure ends the work, and what runs is waited for', async () => {
  const done: number[] = []
  const work = async (item: number): Promise<void> => {
    await Promise.resolve()
    if (item === 2) throw new RangeError('two')
    done.push(item)
  }
  await expect(forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 2, work)).rejects.toThrow('two')
  expect(done.length).toBeLessThan(4)
  await forEachAtOnce([], 3, work)
})

test.each([
  [1, 0.5, 25],
  [1, 0.999, 49.95],
  [4, 0.5, 200],
  [30, 0.5, 2500],
])('after %i failures the wait at %d is %d ms', (failures, random, milliseconds) => {
  expect(waitAfter(failures, random)).toBeCloseTo(milliseconds, 6)
})

test('what a server says decides whether it has the bytes, or leaves a doubt', () => {
  const sums = sumsOf(Buffer.from('claims'))
  const facts = { bytes: 6, etag: sums.etag, checksum: sums.checksum, etagIsMd5: true }
  expect(agree(facts, sums)).toBe('yes')
  expect(agree({ ...facts, bytes: 5 }, sums)).toBe('no')
  expect(agree({ ...facts, checksum: 'AAAA' }, sums)).toBe('no')
  expect(agree({ ...facts, etag: '0'.repeat(32) }, sums)).toBe('unknown')
  expect(agree({ ...facts, checksum: null }, sums)).toBe('yes')
  expect(agree({ ...facts, checksum: null, etagIsMd5: false }, sums)).toBe('unknown')
  expect(agree({ ...facts, etag: '0'.repeat(32), etagIsMd5: false }, sums)).toBe('yes')
  expect(agree({ ...facts, checksum: null }, { ...sums, etag: null })).toBe('unknown')
})

test('sums of parts are those that the protocol states', () => {
  // From Python's hashlib.
  const parts = [sumsOf(Buffer.from('a')), sumsOf(Buffer.from('b'))]
  expect(sumsOfParts(parts)).toEqual({
    bytes: 2,
    checksum: '5aAf7hTg7VxIcU8iGA8lrYNltT+XefedxKPX6Tlj+Uo=',
    etag: '96e024ba2074fe77e8e965ba43a704be-2',
  })
})
