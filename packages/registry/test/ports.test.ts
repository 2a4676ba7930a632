import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { emptyLedger } from '@claims/contracts'
import {
  DirectoryArtifactStore,
  DirectoryDocumentStore,
  DirectoryLedger,
  LedgerModelRegistry,
} from '@claims/registry'
import {
  describeArtifactStore,
  describeDocumentStore,
  describeLedger,
  describeModelRegistry,
} from '@claims/registry/testing'
import { MemoryArtifactStore, MemoryDocumentStore, MemoryLedger } from './memory-ports.ts'

async function temporaryRoot(): Promise<{ root: string; dispose: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'claims-ports-'))
  return { root, dispose: () => rm(root, { recursive: true, force: true }) }
}

describeLedger('directory', async () => {
  const { root, dispose } = await temporaryRoot()
  return { ledger: new DirectoryLedger(root), other: new DirectoryLedger(root), dispose }
})

describeLedger('memory', () => {
  const ledger = new MemoryLedger()
  return Promise.resolve({ ledger, other: ledger })
})

describeDocumentStore('directory', async () => {
  const { root, dispose } = await temporaryRoot()
  return {
    store: new DirectoryDocumentStore(root),
    other: new DirectoryDocumentStore(root),
    damage: (sha256, text) => writeFile(join(root, '_documents', sha256), text),
    dispose,
  }
})

describeDocumentStore('memory', () => {
  const store = new MemoryDocumentStore()
  const damage = (sha256: string, text: string): Promise<void> => {
    store.texts.set(sha256, text)
    return Promise.resolve()
  }
  return Promise.resolve({ store, other: store, damage })
})

describeArtifactStore('directory', async () => {
  const { root, dispose } = await temporaryRoot()
  const store = new DirectoryArtifactStore(root)
  return {
    store,
    other: new DirectoryArtifactStore(root),
    damage: async (sha256, name) => {
      const path = join(await store.locate(sha256), name)
      const bytes = await readFile(path)
      bytes[bytes.length - 2] = bytes[bytes.length - 2]! ^ 1
      await writeFile(path, bytes)
    },
    age: async (sha256, milliseconds) => {
      const directory = await store.locate(sha256)
      const put = new Date((await stat(directory)).mtimeMs - milliseconds)
      await utimes(directory, put, put)
    },
    dispose,
  }
})

describeArtifactStore('memory', () => {
  const store = new MemoryArtifactStore()
  return Promise.resolve({
    store,
    other: store,
    damage: (sha256, name) => {
      const bytes = store.bundles.get(sha256)?.get(name)
      if (bytes !== undefined) bytes[0] = bytes[0]! ^ 1
      return Promise.resolve()
    },
    age: (sha256, milliseconds) => {
      store.times.set(sha256, (store.times.get(sha256) ?? 0) - milliseconds)
      return Promise.resolve()
    },
  })
})

describeModelRegistry('directory ledger, memory artifacts', async (clock) => {
  const { root, dispose } = await temporaryRoot()
  const artifacts = new MemoryArtifactStore()
  const parts = { artifacts, clock, documents: new MemoryDocumentStore() }
  return {
    registry: new LedgerModelRegistry({ ...parts, ledger: new DirectoryLedger(root) }),
    other: new LedgerModelRegistry({ ...parts, ledger: new DirectoryLedger(root) }),
    dispose,
  }
})

describeModelRegistry('memory', (clock) => {
  const registry = new LedgerModelRegistry({
    ledger: new MemoryLedger(),
    artifacts: new MemoryArtifactStore(),
    documents: new MemoryDocumentStore(),
    clock,
  })
  return Promise.resolve({ registry, other: registry })
})

test('a registry lists no sequence of the product itself', async () => {
  const ledger = new MemoryLedger()
  for (const name of ['_system', '_predictions-2026-11']) await ledger.append(name, emptyLedger, ['{}'])
  const registry = new LedgerModelRegistry({ ledger, artifacts: new MemoryArtifactStore() })
  expect(await registry.list()).toEqual({ models: [], damaged: [] })
})
