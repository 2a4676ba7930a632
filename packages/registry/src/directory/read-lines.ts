import { open, type FileHandle } from 'node:fs/promises'
import { Buffer } from 'node:buffer'

const pieceBytes = 1 << 18
const lineFeed = 10

/**
 * The lines of a file in UTF-8, in memory for one piece of it and one line.
 *
 * @param path of the file
 * @returns lines without their ends, then what follows the last line end, which is '' where there is nothing
 * @throws the system's error where it cannot be read
 */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const handle = await open(path, 'r')
  try {
    yield* linesOf(handle)
  } finally {
    await handle.close()
  }
}

async function* linesOf(handle: FileHandle): AsyncGenerator<string, void, undefined> {
  let rest = Buffer.alloc(0)
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes)
    if (bytesRead === 0) break
    const content = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    let start = 0
    for (
      let end = content.indexOf(lineFeed, rest.length);
      end !== -1;
      end = content.indexOf(lineFeed, start)
    ) {
      yield content.toString('utf8', start, end)
      start = end + 1
    }
    rest = content.subarray(start)
  }
  yield rest.toString('utf8')
}
