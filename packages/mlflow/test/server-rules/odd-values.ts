/** A value to try, with how a table names it. */
export interface OddValue {
  readonly label: string
  readonly value: string | number | bigint
}

const long = (character: string, count: number): OddValue => ({
  label: `${JSON.stringify(character)} × ${count}`,
  value: character.repeat(count),
})
const text = (value: string): OddValue => ({
  // Escaped, so that a table shows what looks alike.
  label: JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped),
  value,
})
const number = (value: number | bigint): OddValue => ({
  label: Object.is(value, -0) ? '-0' : typeof value === 'bigint' ? `${value}n` : String(value),
  value,
})

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Names: XGBoost's own, blanks, controls, paths, signs, letters of other alphabets, lengths. */
const names: readonly OddValue[] = [
  ...['logloss', 'ndcg@5', 'error@0.7', 'map@2-', 'tweedie-nloglik@1.3', 'mlflow.user'],
  ...['', ' ', '  ', ' a', 'b ', 'a b', 'a\tb', 'a\nb', 'c\n', '\n', 'a\rb', '\u0000', 'a\u0000b', 'a\u0007'],
  ...[
    '/',
    '/a',
    'a/',
    'a//b',
    'a/b',
    './a',
    'a/.',
    'a/./b',
    'a/../b',
    '..',
    '.',
    '../a',
    '...',
    '..a',
    '.a',
    'a.',
  ],
  ...[
    'a\\b',
    'a:b',
    'a=b',
    'a%b',
    'a%20b',
    'a"b',
    "a'b",
    'a`b',
    'a(b)',
    'a[0]',
    'a{b}',
    'a,b',
    'a;b',
    'a#b',
    'a?b',
  ],
  ...[
    'a*b',
    'a+b',
    'a|b',
    'a&b',
    'a$b',
    'a<b>',
    'a~b',
    'a!b',
    'a^b',
    '-a',
    '_a',
    '5',
    '__proto__',
    'constructor',
  ],
  ...[
    'latest',
    'LATEST',
    'v1',
    'V2',
    'v',
    'v1a',
    'é',
    'u\u0308',
    '指標',
    'ﬁ',
    '½',
    '٣',
    'ⅷ',
    '☃',
    '😀',
    '\u200b',
  ],
  ...['a\u00a0b', '\u3000', '\ufeffa', '\ud800', 'a\udc00b'],
].map(text)
const nameLengths: readonly OddValue[] = [
  ...[250, 251, 255, 256, 257, 499, 500, 501].map((count) => long('x', count)),
  ...[36, 37].map((count) => long('d', count)),
  ...[250, 251, 500, 501].map((count) => long('é', count)),
  ...[250, 251].map((count) => long('😀', count)),
]
const texts: readonly OddValue[] = [
  ...['', ' ', ' a ', 'a\r\nb\t', '\u0000', 'a\u0000b', 'u\u0308', '指標 😀', '\ud800', 'NaN', 'null'].map(
    text,
  ),
  ...[250, 251, 256, 257, 500, 501, 5000, 5001, 6000, 6001, 8000, 8001, 20_000, 20_001].map((count) =>
    long('x', count),
  ),
  ...[65_535, 65_536, 100_000, 100_001].map((count) => long('x', count)),
  ...[250, 500, 501, 3001, 6000, 6001, 8000, 8001].map((count) => long('😀', count)),
]
const wholeNumbers = [0, -0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1]

/** Beside the lengths of {@link texts}, one below and above each limit of MLflow's own. */
const longTexts = [1_048_575, 1_048_576, 16_777_215, 16_777_216].map((count) => long('x', count))

/** What is tried, by the kind of a field. */
export const oddValues = {
  name: [...names, ...nameLengths],
  text: texts,
  longText: [...texts, ...longTexts],
  step: [
    ...wholeNumbers,
    ...[
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 63n,
      -(2n ** 63n) - 1n,
      2n ** 64n,
      2n ** 64n + 1n,
      10n ** 30n,
    ],
    ...[1.5, NaN, Infinity],
  ].map(number),
  time: [...wholeNumbers, 253_402_300_800_000, 8.64e15, 1.5, NaN, Infinity].map(number),
  value: [
    0,
    -0,
    1,
    0.1 + 0.2,
    5e-324,
    1e-310,
    1.5e300,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53 + 2,
  ].map(number),
} as const satisfies Readonly<Record<string, readonly OddValue[]>>

/** The kind of a field. */
export type ValueKind = keyof typeof oddValues
