import { expect, test } from '@jest/globals'
import { hashText } from '@claims/frame'

// Values of the reference implementation of FNV-1a, 32 bits.
test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of "%s" is that of FNV-1a', (text, hash) => {
  expect(hashText(text)).toBe(hash | 0)
})
