import { createHash } from 'node:crypto'
import { canonicalJson, type BundleFiles, type Manifest } from '@claims/contracts'
import { exampleManifestFacts } from '@claims/contracts/example'

const pieceBytes = 1 << 18

/**
 * A bundle with a large file of bytes that no one holds: they are made anew each time that they are streamed.
 *
 * @param bytes of the large file, `model/large.bin`
 * @param seed two of them give two files
 */
export function largeBundle(bytes: number, seed = 1): BundleFiles {
  const hash = createHash('sha256')
  for (const piece of pieces(bytes, seed)) hash.update(piece)
  const small = Buffer.from(canonicalJson({ seed }))
  const manifest: Manifest = {
    ...exampleManifestFacts({ seed }),
    files: {
      'model/large.bin': { sha256: hash.digest('hex'), bytes },
      'pipeline.json': { sha256: createHash('sha256').update(small).digest('hex'), bytes: small.length },
    },
  }
  const written = Buffer.from(canonicalJson(manifest))
  const held = new Map([
    ['manifest.json', written],
    ['pipeline.json', small],
  ])
  return {
    manifest,
    manifestSha256: createHash('sha256').update(written).digest('hex'),
    read: (name) => {
      const content = held.get(name)
      return content === undefined
        ? Promise.reject(new RangeError(`${name} is too large to be read at once`))
        : Promise.resolve(new Uint8Array(content))
    },
    stream: async function* (name) {
      const content = held.get(name)
      if (content !== undefined) yield content
      else for (const piece of pieces(bytes, seed)) yield await Promise.resolve(piece)
    },
  }
}

/** One buffer that is filled again and again (xorshift). */
function* pieces(bytes: number, seed: number): Generator<Uint8Array> {
  const words = new Uint32Array(pieceBytes / 4)
  const buffer = new Uint8Array(words.buffer)
  let state = seed + 1
  for (let at = 0; at < bytes; at += pieceBytes) {
    for (let i = 0; i < words.length; i += 1) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    yield buffer.subarray(0, Math.min(pieceBytes, bytes - at))
  }
}
