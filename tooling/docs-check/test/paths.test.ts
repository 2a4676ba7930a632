import { expect, test } from '@jest/globals'
import { repositoryFiles, readText } from '../src/repository.ts'

test('no file names a path of the machine that it was written on', () => {
  const folders = ['work', 'root', 'home', 'Users'].join('|')
  const machinePath = new RegExp(`(?<![\\w.~<-])/(?:${folders})/[\\w.-]+`)
  const binary = /\.(?:png|jpg|gif|ico|woff2?|pdf|parquet|xlsx|gz|ubj|so|bin)$/
  const found = repositoryFiles()
    .filter((path) => !binary.test(path))
    .flatMap((path) =>
      readText(path)
        .split('\n')
        .flatMap((text, i) => {
          const match = machinePath.exec(text)
          return match === null ? [] : [`${path}:${String(i + 1)} ${match[0]}`]
        }),
    )
  expect(found).toEqual([])
})
