const sampleSize = 1000

/** Bytes 80 to 9F that stand inside words of Western text: typographic apostrophes, dashes, and Œ œ Š š Ž ž Ÿ. */
const insideWords = new Set([0x91, 0x92, 0x96, 0x97, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f])
/** Signs A0 to BF that stand inside words of Western text: no-break space, soft hyphen, acute, middle dot, ª and º. */
const signsInsideWords = new Set([0xa0, 0xad, 0xb4, 0xb7, 0xaa, 0xba, 0xa7, 0xb0])

/**
 * Looks at text of one byte a character and tells whether it looks like something else than Windows-1252: long runs of
 * bytes beyond ASCII (Cyrillic, Greek, Chinese, Japanese, Korean), signs in the midst of words (Windows-1250, ISO 8859-2)
 * or letters of DOS and old Macintosh code pages. The first 1000 such bytes decide, whichever parts they come in.
 */
export class CodePageLook {
  /** What speaks against Windows-1252. */
  foreign: string | undefined
  #high = 0
  #run = 0
  #inRuns = 0
  #letters = 0
  #signs = 0
  #low = 0
  /** The byte before the last one, and the last one. */
  #before = 0
  #last = 0
  #decided = false

  /** Takes the next byte. */
  see(byte: number): void {
    if (this.#decided) return
    if (this.#last > 127 && isLetter(this.#before) && isLetter(byte)) this.#countInside(this.#last)
    if (byte > 127) {
      this.#high++
      if (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7) this.#letters++
      this.#run++
      if (this.#run === 3) this.#inRuns += 3
      else if (this.#run > 3) this.#inRuns++
    } else this.#run = 0
    this.#before = this.#last
    this.#last = byte
    if (this.#high === sampleSize) this.end()
  }

  /** Decides, at the end of the text at the latest. */
  end(): void {
    if (this.#decided) return
    this.#decided = true
    if (this.#inRuns * 5 > this.#high)
      this.foreign =
        'it looks like Cyrillic, Greek, Chinese, Japanese or Korean text, such as Windows-1251, Shift-JIS or GBK'
    else if (this.#signs * 20 >= this.#high && this.#signs > 0)
      this.foreign = 'signs stand in the midst of words, as where Windows-1250 or ISO 8859-2 is meant'
    else if (this.#low > 0 && this.#low * 2 > this.#letters)
      this.foreign = 'it looks like a code page of DOS or of old Macintosh computers'
  }

  #countInside(byte: number): void {
    if (byte < 0xa0) {
      if (!insideWords.has(byte)) this.#signs++
      else if (byte !== 0x92 && byte !== 0x91 && byte !== 0x96 && byte !== 0x97) this.#low++
    } else if (byte < 0xc0 && !signsInsideWords.has(byte)) this.#signs++
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | 32
  return lower >= 97 && lower <= 122
}
