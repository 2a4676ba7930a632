#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { messageOf, XGBoostError } from './errors.ts'
import { installLibrary } from './install/install-library.ts'
import { loadLibrary } from './library.ts'

const USAGE = `xgboost-library install [--directory DIR] [--index URL] [--wheel FILE]
  fetches the official CPU build (pinned version and SHA-256) from the package index that pip is configured for, and
  places it for this user; --wheel takes the file instead of the network
xgboost-library show [--directory DIR]
  says which library is used, and why
`

/** Runs the command and gives its exit code: 0 done, 2 wrong usage, 3 unavailable. */
async function main(words: readonly string[]): Promise<0 | 2 | 3> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        directory: { type: 'string' },
        index: { type: 'string' },
        wheel: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    const { help = false, ...options } = values
    const [command, ...rest] = positionals
    if (help) process.stdout.write(USAGE)
    else if (command === 'install' && rest.length === 0) {
      const { path, version, fetched } = await installLibrary({ ...options, environment: process.env })
      process.stdout.write(`XGBoost ${version} ${fetched ? 'is placed' : 'was there already'}: ${path}\n`)
    } else if (command === 'show' && rest.length === 0) {
      const { directory } = options
      const { path, version, source, passedOver } = loadLibrary(
        directory === undefined ? {} : { placedDirectory: directory },
      )
      process.stdout.write(
        [`XGBoost ${version} (${source}): ${path}`, ...passedOver].map((line) => `${line}\n`).join(''),
      )
    } else {
      process.stderr.write(USAGE)
      return 2
    }
    return 0
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`)
    return error instanceof XGBoostError ? 3 : 2
  }
}

process.exitCode = await main(process.argv.slice(2))
