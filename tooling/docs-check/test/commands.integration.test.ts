import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { documents } from '../src/examples.ts'
import { readText, root } from '../src/repository.ts'

interface Command {
  readonly place: string
  /** Words up to the first option or value: the command and perhaps its subcommand. */
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** Every `./claims ...` of a document, in prose or in a block; a line that ends in a backslash goes on. */
function commandsOf(path: string): Command[] {
  return [
    ...readText(path)
      .replace(/\\\n\s*/g, ' ')
      .matchAll(/(?<![\w/])\.\/claims((?:[ \t]+[^\s`|;&>#)]+)*)/g),
  ].map((match) => {
    const parts = (match[1] ?? '').split(/\s+/).filter((part) => part !== '')
    const end = parts.findIndex((part) => !/^[a-z]+$/.test(part))
    return {
      place: `${path}: ${match[0]}`,
      words: parts.slice(0, end === -1 ? undefined : end),
      options: parts.filter((part) => part.startsWith('--')).map((part) => part.split('=')[0] ?? part),
    }
  })
}

const helpTexts = new Map<string, string>()

/** What the command line prints for `claims WORDS --help`. */
function help(words: readonly string[]): string {
  const key = words.join(' ')
  const known = helpTexts.get(key)
  if (known !== undefined) return known
  const run = spawnSync(
    process.execPath,
    [
      '--conditions=@claims/source',
      '--disable-warning=ExperimentalWarning',
      join(root, 'apps/trainer/src/main.ts'),
      ...words,
      '--help',
    ],
    { encoding: 'utf8', timeout: 30_000 },
  )
  const text = run.status === 0 ? run.stdout : ''
  helpTexts.set(key, text)
  return text
}

function listed(word: string, text: string): boolean {
  return new RegExp(`^\\s+${word}(?:\\s|$)`, 'm').test(text)
}

// The launcher itself answers `test`.
const commands = documents()
  .flatMap(commandsOf)
  .filter(({ words }) => words[0] !== 'test')

describe('commands that documents show', () => {
  test('there are some', () => {
    expect(commands.map((command) => command.place)).not.toEqual([])
  })

  test.each(commands)('$place', ({ words, options }) => {
    const [command, subcommand] = words
    if (command !== undefined) expect(help([])).toMatch(new RegExp(`^\\s+${command}(?:\\s|$)`, 'm'))
    const path =
      command === undefined
        ? []
        : subcommand !== undefined && listed(subcommand, help([command]))
          ? [command, subcommand]
          : [command]
    const known = help(path) + help([])
    expect(options.filter((option) => option !== '--help' && !known.includes(option))).toEqual([])
  })
})
