import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A copy of the repository's files, with the same dependencies, which may be changed. */
export interface HouseCopy extends Disposable {
  readonly root: string
}

/** Copies the tracked files as they are now. There is no `../shared` beside a copy: tests on public data are skipped. */
export function copyHouse(root: string): HouseCopy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'claims-mutation-')))
  const copy = join(folder, 'house')
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const top of ['packages', 'apps', 'tooling'])
    for (const name of readdirSync(join(copy, top))) {
      const links = join(root, top, name, 'node_modules')
      // The links are relative: they lead to packages of the copy.
      if (existsSync(links))
        cpSync(links, join(copy, top, name, 'node_modules'), { recursive: true, verbatimSymlinks: true })
    }
  return {
    root: copy,
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
