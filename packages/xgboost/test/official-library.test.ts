import { expect, test } from '@jest/globals'
import { pinnedWheel } from '../src/install/pinned-wheel.ts'
import { existsSync } from 'node:fs'
import { loadLibrary } from '@claims/xgboost'

const placed = new URL('../../../.claims/xgboost', import.meta.url).pathname
const wheel = pinnedWheel()
const installed = wheel !== undefined && existsSync(`${placed}/${wheel.library}`)
const wanted = wheel !== undefined && (installed || process.env['CI'])

const verify = wanted ? test : test.skip
verify(
  `${wanted ? '' : 'SKIPPED: the official library could not be installed: '}the tests run with the official library too`,
  () => {
    expect(loadLibrary({ placedDirectory: placed })).toMatchObject({
      source: 'placed',
      version: wheel?.version,
    })
  },
)
